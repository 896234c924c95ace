package io.sluice.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.text.Output;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What PostgreSQL itself makes of such values is compared in {@link JsonColumnsIntegrationTests}. */
class BinaryTextTests {

    private static final Instant EPOCH = Instant.parse("2000-01-01T00:00:00Z");
    private static final DateTimeFormatter STAMP = new DateTimeFormatterBuilder()
            .appendPattern("uuuu-MM-dd HH:mm:ss")
            .appendFraction(ChronoField.NANO_OF_SECOND, 0, 6, true)
            .toFormatter()
            .withZone(ZoneOffset.UTC);

    @Test
    void everyDayOfEightCenturiesIsItself() {
        for (LocalDate day = LocalDate.of(1600, 1, 1); day.getYear() < 2400; day = day.plusDays(1)) {
            int days = (int) ChronoUnit.DAYS.between(LocalDate.of(2000, 1, 1), day);
            assertThat(text(BinaryText.DATE, ByteBuffer.allocate(4).putInt(days)))
                    .isEqualTo(day.toString());
        }
    }

    @Test
    void anyMomentIsItselfWithItsFractionAsShortAsCanBe() {
        Random random = new Random(11);
        for (int i = 0; i < 100_000; i++) {
            long seconds = random.nextLong(-62_135_596_800L, 253_402_300_800L);
            long micros = random.nextInt(1_000_000) / new int[] {1, 10, 1_000, 1_000_000}[random.nextInt(4)];
            Instant moment = Instant.ofEpochSecond(seconds).plus(micros, ChronoUnit.MICROS);
            ByteBuffer wire = ByteBuffer.allocate(8).putLong((seconds - EPOCH.getEpochSecond()) * 1_000_000 + micros);
            assertThat(text(BinaryText.TIMESTAMP, wire)).isEqualTo(STAMP.format(moment));
            assertThat(text(BinaryText.TIMESTAMPTZ, wire)).isEqualTo(STAMP.format(moment) + "+00");
        }
    }

    @Test
    void anUuidIsItself() {
        Random random = new Random(12);
        for (int i = 0; i < 1_000; i++) {
            UUID uuid = new UUID(random.nextLong(), random.nextLong());
            ByteBuffer wire = ByteBuffer.allocate(16)
                    .putLong(uuid.getMostSignificantBits())
                    .putLong(uuid.getLeastSignificantBits());
            assertThat(text(BinaryText.UUID, wire)).isEqualTo(uuid.toString());
        }
    }

    @Test
    void onlyIsoDatesAndInstantsOfUtcAreTakenInBinary() {
        assertThat(BinaryText.types(Map.of("DateStyle", "ISO, MDY", "TimeZone", "Etc/UTC")))
                .contains(BinaryText.TIMESTAMPTZ, BinaryText.TIMESTAMP, BinaryText.DATE);
        assertThat(BinaryText.types(Map.of("DateStyle", "ISO, DMY", "TimeZone", "Europe/Paris")))
                .contains(BinaryText.TIMESTAMP, BinaryText.DATE)
                .doesNotContain(BinaryText.TIMESTAMPTZ);
        assertThat(BinaryText.types(Map.of("DateStyle", "German, DMY", "TimeZone", "UTC")))
                .doesNotContain(BinaryText.TIMESTAMPTZ, BinaryText.TIMESTAMP, BinaryText.DATE);
        assertThat(BinaryText.types(Map.of())).doesNotContain(BinaryText.TIMESTAMPTZ, BinaryText.DATE);
    }

    private static String text(int type, ByteBuffer wire) {
        Output out = new Output();
        Objects.requireNonNull(BinaryText.of(type)).write(wire.array(), 0, out);
        return new String(out.bytes, 0, out.length, StandardCharsets.US_ASCII);
    }
}
