package io.sluice.loadtests.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sluice.loadtests.InvalidSettingException;
import io.sluice.loadtests.chaos.FaultScript.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FaultScriptTests {

    @Test
    void readsTimesAndCommandsAndSkipsRemarks() {
        FaultScript script = FaultScript.parse("# first\n 5s kill replica-1\n\n12s  sql primary SELECT 1; SELECT 2\n");

        assertThat(script.faults())
                .containsExactly(
                        new Fault(Duration.ofSeconds(5), "kill replica-1"),
                        new Fault(Duration.ofSeconds(12), "sql primary SELECT 1; SELECT 2"));
        assertThat(script.length()).isEqualTo(Duration.ofSeconds(12));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "# nothing", "kill replica-1", "5 kill replica-1", "5s kill", "9s kill a\n5s start a"})
    void refusesWhatIsNoScript(String text) {
        assertThatExceptionOfType(InvalidSettingException.class).isThrownBy(() -> FaultScript.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"default", "failover"})
    void theScriptsThatComeWithItCanBeRead(String name) {
        assertThat(FaultScript.read(name).faults()).hasSizeGreaterThan(2);
    }

    @Test
    void readsAFile(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("mine"), "1s gateway kill");

        assertThat(FaultScript.read(file.toString()).faults()).hasSize(1);
    }

    @Test
    void aMissingFileIsNamed() {
        assertThatExceptionOfType(InvalidSettingException.class)
                .isThrownBy(() -> FaultScript.read("no/such/file"))
                .withMessageContaining("no/such/file");
    }
}
