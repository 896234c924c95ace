package io.sluice.routing.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.sluice.routing.WireColumn;
import io.sluice.routing.WireRows;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RowDiversionTests {

    private static final byte[] NOTICE = message('N', text("SWARNING\0\0"));
    private static final byte[] DESCRIPTION = message(
            'T',
            ByteBuffer.allocate(2 + 2 * (2 + 18))
                    .putShort((short) 2)
                    .put(text("a\0"))
                    .putInt(1)
                    .putShort((short) 1)
                    .putInt(23)
                    .putShort((short) 4)
                    .putInt(-1)
                    .putShort((short) 0)
                    .put(text("b\0"))
                    .putInt(1)
                    .putShort((short) 2)
                    .putInt(25)
                    .putShort((short) -1)
                    .putInt(-1)
                    .putShort((short) 0)
                    .array());
    private static final byte[] COMPLETE = message('C', text("SELECT 3\0"));
    private static final byte[] READY = message('Z', text("I"));

    private final RowDiversion diversion = new RowDiversion(0);
    private final EmbeddedChannel channel = new EmbeddedChannel(diversion);
    private final ByteArrayOutputStream passed = new ByteArrayOutputStream();
    private final Kept kept = new Kept();

    @Test
    void rowsAreTakenAndTheRestIsPassedOnWhereverReadsAreCut() {
        byte[] stream = bytes(NOTICE, DESCRIPTION, row("1"), row(""), NOTICE, row("3"), COMPLETE, READY);
        byte[] rest = bytes(NOTICE, DESCRIPTION, NOTICE, COMPLETE, READY);
        for (int first = 1; first < stream.length; first++) {
            for (int second = first; second < stream.length; second += 7) {
                kept.clear();
                diversion.begin(kept);
                read(Arrays.copyOfRange(stream, 0, first));
                read(Arrays.copyOfRange(stream, first, second));
                read(Arrays.copyOfRange(stream, second, stream.length));
                assertThat(kept.rows).as("cut at %d and %d", first, second).containsExactly("1", "", "3");
                assertThat(kept.columns).containsExactly(new WireColumn("a", 23), new WireColumn("b", 25));
                assertThat(passed()).isEqualTo(rest);
            }
        }
    }

    @Test
    void aDiversionMayBeginInTheMidstOfAMessage() {
        byte[] stream = bytes(NOTICE, DESCRIPTION, row("1"), COMPLETE, READY);
        for (int cut = 1; cut <= NOTICE.length; cut++) {
            kept.clear();
            read(Arrays.copyOfRange(stream, 0, cut));
            diversion.begin(kept);
            read(Arrays.copyOfRange(stream, cut, stream.length));
            assertThat(kept.rows).as("after %d bytes", cut).containsExactly("1");
            assertThat(passed()).isEqualTo(bytes(NOTICE, DESCRIPTION, COMPLETE, READY));
        }
    }

    @Test
    void anAnswersEndIsTheEndOfItsDiversion() {
        diversion.begin(kept);
        byte[] next = bytes(DESCRIPTION, row("2"), COMPLETE, READY);
        read(bytes(DESCRIPTION, row("1"), COMPLETE, READY, next));
        assertThat(kept.rows).containsExactly("1");
        assertThat(passed()).isEqualTo(bytes(DESCRIPTION, COMPLETE, READY, next));
    }

    @Test
    void onlyItsOwnDiversionIsEnded() {
        diversion.begin(kept);
        diversion.end(new Kept());
        read(row("1"));
        diversion.end(kept);
        read(row("2"));
        assertThat(kept.rows).containsExactly("1");
        assertThat(passed()).isEqualTo(row("2"));
    }

    @Test
    void longAnswersOfRowsOfAnyWidthComeWholeInReadsOfAnySize() {
        Random random = new Random(5);
        for (int round = 0; round < 200; round++) {
            List<String> sent = new ArrayList<>();
            ByteArrayOutputStream stream = new ByteArrayOutputStream();
            stream.writeBytes(DESCRIPTION);
            for (int i = 0; i < 60; i++) {
                String value = "v".repeat(random.nextInt(20) == 0 ? random.nextInt(200_000) : random.nextInt(300));
                sent.add(value);
                stream.writeBytes(row(value));
            }
            stream.writeBytes(bytes(COMPLETE, READY));
            kept.clear();
            diversion.begin(kept);
            byte[] all = stream.toByteArray();
            for (int at = 0; at < all.length; ) {
                int end = Math.min(all.length, at + 1 + random.nextInt(80_000));
                read(Arrays.copyOfRange(all, at, end));
                at = end;
            }
            assertThat(kept.rows).isEqualTo(sent);
            assertThat(passed()).isEqualTo(bytes(DESCRIPTION, COMPLETE, READY));
        }
    }

    private void read(byte[] bytes) {
        channel.writeInbound(Unpooled.wrappedBuffer(bytes));
        for (ByteBuf message = channel.readInbound(); message != null; message = channel.readInbound()) {
            byte[] content = new byte[message.readableBytes()];
            message.readBytes(content);
            passed.writeBytes(content);
            message.release();
        }
    }

    private byte[] passed() {
        byte[] all = passed.toByteArray();
        passed.reset();
        return all;
    }

    private static byte[] row(String value) {
        byte[] content = text(value);
        return message(
                'D',
                ByteBuffer.allocate(2 + 4 + content.length + 4)
                        .putShort((short) 2)
                        .putInt(content.length)
                        .put(content)
                        .putInt(-1)
                        .array());
    }

    private static byte[] message(char type, byte[] content) {
        return ByteBuffer.allocate(5 + content.length)
                .put((byte) type)
                .putInt(4 + content.length)
                .put(content)
                .array();
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] bytes(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static final class Kept implements WireRows {

        private final List<String> rows = new ArrayList<>();
        private List<WireColumn> columns = List.of();

        void clear() {
            rows.clear();
            columns = List.of();
        }

        @Override
        public void columns(List<WireColumn> announced) {
            columns = announced;
        }

        @Override
        public void row(byte[] bytes, int from) {
            ByteBuffer in = ByteBuffer.wrap(bytes);
            assertThat(in.getShort(from)).isEqualTo((short) 2);
            int length = in.getInt(from + 2);
            rows.add(new String(bytes, from + 6, length, StandardCharsets.UTF_8));
            assertThat(in.getInt(from + 6 + length)).isEqualTo(-1);
        }

        @Override
        public void arrived() {}
    }
}
