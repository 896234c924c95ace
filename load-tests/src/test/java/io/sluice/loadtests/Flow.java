package io.sluice.loadtests;

import java.util.Arrays;
import java.util.stream.Collectors;

/** A kind of traffic that the mix weighs. */
public enum Flow {
    POINTS("points"),
    PAGES("pages"),
    EMBEDS("embeds"),
    STREAMS("streams"),
    INGEST("ingest"),
    TRANSFERS("transfers"),
    READ_YOUR_WRITES("ryw");

    private final String key;

    Flow(String key) {
        this.key = key;
    }

    /** The name in {@code -Dload.mix=…}. */
    public String key() {
        return key;
    }

    static Flow of(String key) {
        return Arrays.stream(values())
                .filter(flow -> flow.key.equals(key))
                .findFirst()
                .orElseThrow(() -> new InvalidSettingException("there is no flow '" + key + "' in a mix; there are "
                        + Arrays.stream(values()).map(Flow::key).collect(Collectors.joining(", "))));
    }
}
