package io.sluice.routing.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Where things are kept: unpacked servers in the user's cache, clusters without a directory of their own and the register
 * of what runs in the temporary directory, in a place that belongs to the user.
 */
record Places(Path cache, Path clusters, Path register) {

    /** Another user must be able to pass through, but not to look around, where servers run under another name. */
    private static final String PASSAGE = "rwx--x--x";

    static Places ofThisUser(Launcher launcher) {
        Path state = own(Path.of(System.getProperty("java.io.tmpdir"), "sluice-embedded-" + launcher.uid()), launcher);
        Path cache = launcher.changesUser() ? own(state.resolve("cache"), launcher) : cache(state, launcher);
        return new Places(cache, own(state.resolve("clusters"), launcher), own(state.resolve("register"), launcher));
    }

    private static Path cache(Path state, Launcher launcher) {
        String configured = System.getenv("XDG_CACHE_HOME");
        Path home = Path.of(System.getProperty("user.home"));
        Path cache = configured == null || configured.isBlank() ? home.resolve(".cache") : Path.of(configured);
        try {
            return Files.createDirectories(cache.resolve("sluice"));
        } catch (IOException noHome) {
            return own(state.resolve("cache"), launcher);
        }
    }

    /** Everybody may write into the temporary directory: what somebody else has put there is not used. */
    private static Path own(Path directory, Launcher launcher) {
        try {
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(PASSAGE)));
            if (!Files.getAttribute(directory, "unix:uid").equals(launcher.uid())) {
                throw new EmbeddedClusterException(directory
                        + " belongs to another user; remove it or set -Djava.io.tmpdir to a directory of your own");
            }
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot use " + directory, e);
        }
    }
}
