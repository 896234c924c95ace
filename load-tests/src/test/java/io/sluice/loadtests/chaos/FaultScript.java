package io.sluice.loadtests.chaos;

import io.sluice.loadtests.InvalidSettingException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Faults in the order of their times.
 *
 * @param faults at least one
 */
public record FaultScript(List<Fault> faults) {

    private static final Pattern LINE = Pattern.compile("(\\d+)s\\s+(\\S+\\s+\\S+.*)");

    /**
     * @param at counted from the start of the load
     * @param command {@code gateway kill|start|restart}, or a command of the cluster's console
     */
    public record Fault(Duration at, String command) {}

    /** A file, or the name of one of the scripts that come with the load tests. */
    public static FaultScript read(String nameOrFile) {
        try (InputStream shipped = FaultScript.class.getResourceAsStream("/chaos/" + nameOrFile + ".faults")) {
            return parse(
                    shipped == null
                            ? Files.readString(Path.of(nameOrFile))
                            : new String(shipped.readAllBytes(), StandardCharsets.UTF_8));
        } catch (NoSuchFileException e) {
            throw new InvalidSettingException(
                    "-Dload.chaos.script=" + nameOrFile + " is neither default, failover nor a file");
        } catch (IOException e) {
            throw new InvalidSettingException(
                    "-Dload.chaos.script=" + nameOrFile + " cannot be read: " + e.getMessage());
        }
    }

    static FaultScript parse(String text) {
        List<Fault> faults = new ArrayList<>();
        for (String line : text.lines().map(String::trim).toList()) {
            if (!line.isEmpty() && !line.startsWith("#")) {
                faults.add(fault(line));
            }
        }
        for (int i = 1; i < faults.size(); i++) {
            if (faults.get(i).at().compareTo(faults.get(i - 1).at()) < 0) {
                throw new InvalidSettingException(
                        "the fault '" + faults.get(i).command() + "' comes before the one above it");
            }
        }
        if (faults.isEmpty()) {
            throw new InvalidSettingException("the fault script has no fault");
        }
        return new FaultScript(List.copyOf(faults));
    }

    /** When the last fault happens. */
    public Duration length() {
        return faults.get(faults.size() - 1).at();
    }

    private static Fault fault(String line) {
        Matcher matcher = LINE.matcher(line);
        if (!matcher.matches()) {
            throw new InvalidSettingException("the fault '" + line + "' is not of the form '12s kill replica-1'");
        }
        return new Fault(Duration.ofSeconds(Long.parseLong(matcher.group(1))), matcher.group(2));
    }
}
