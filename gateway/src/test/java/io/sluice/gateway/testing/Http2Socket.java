package io.sluice.gateway.testing;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** One HTTP/2 connection, frame by frame: what real clients do not let a test decide, windows above all. */
public final class Http2Socket implements AutoCloseable {

    public static final int DATA = 0;
    public static final int HEADERS = 1;
    public static final int RESET = 3;
    private static final int SETTINGS = 4;
    private static final int WINDOW_UPDATE = 8;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;
    private static final int ACK = 1;
    private static final int PLENTY = 1 << 30;
    private static final int PREFIX = 127;
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final Socket socket;
    private final DataInputStream in;

    /** What came from the gateway. */
    public record Frame(int type, int flags, int stream, byte[] payload) {

        public boolean endsStream() {
            return (type == DATA || type == HEADERS) && (flags & END_STREAM) != 0;
        }

        public boolean is(int wantedType, int wantedStream) {
            return type == wantedType && stream == wantedStream;
        }

        public String text() {
            return new String(payload, StandardCharsets.UTF_8);
        }
    }

    /** Connects with prior knowledge. The connection's window is no limit, each stream's is 64 KiB. */
    public Http2Socket(int port) {
        try {
            socket = new Socket("127.0.0.1", port);
            socket.setSoTimeout((int) TIMEOUT.toMillis());
            in = new DataInputStream(socket.getInputStream());
            socket.getOutputStream().write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        send(SETTINGS, 0, 0, new byte[0]);
        window(0, PLENTY);
    }

    public void get(int stream, String path, String accept) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        field(block, ":method", "GET");
        field(block, ":scheme", "http");
        field(block, ":authority", "localhost");
        field(block, ":path", path);
        field(block, "accept", accept);
        send(HEADERS, END_STREAM | END_HEADERS, stream, block.toByteArray());
    }

    /** Makes room for more bytes of a stream. */
    public void window(int stream, int bytes) {
        send(WINDOW_UPDATE, 0, stream, ByteBuffer.allocate(4).putInt(bytes).array());
    }

    public void reset(int stream) {
        int cancel = 8;
        send(RESET, 0, stream, ByteBuffer.allocate(4).putInt(cancel).array());
    }

    /** The next frame that is not about the connection. */
    public Frame next() {
        try {
            while (true) {
                int head = in.readInt();
                int type = head & 0xff;
                int flags = in.readUnsignedByte();
                int stream = in.readInt() & Integer.MAX_VALUE;
                Frame frame = new Frame(type, flags, stream, in.readNBytes(head >>> 8));
                if (type == SETTINGS && (flags & ACK) == 0) {
                    send(SETTINGS, ACK, 0, new byte[0]);
                }
                if (stream > 0) {
                    return frame;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The body of a stream, to its end, with room for as much as comes; frames of other streams are skipped. */
    public String body(int stream) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            Frame frame = next();
            if (frame.is(RESET, stream)) {
                throw new IllegalStateException("stream " + stream + " was reset");
            }
            if (frame.is(DATA, stream)) {
                body.writeBytes(frame.payload());
                if (frame.payload().length > 0 && !frame.endsStream()) {
                    window(stream, frame.payload().length);
                }
            }
            if (frame.stream() == stream && frame.endsStream()) {
                return body.toString(StandardCharsets.UTF_8);
            }
        }
    }

    private void send(int type, int flags, int stream, byte[] payload) {
        ByteBuffer frame = ByteBuffer.allocate(9 + payload.length);
        frame.putInt(payload.length << 8 | type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload);
        try {
            socket.getOutputStream().write(frame.array());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A header that goes into no table, its text as it is. */
    private static void field(ByteArrayOutputStream block, String name, String value) {
        block.write(0);
        text(block, name);
        text(block, value);
    }

    private static void text(ByteArrayOutputStream block, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length < PREFIX) {
            block.write(bytes.length);
        } else {
            block.write(PREFIX);
            int rest = bytes.length - PREFIX;
            for (; rest > PREFIX; rest >>>= 7) {
                block.write(rest & PREFIX | PREFIX + 1);
            }
            block.write(rest);
        }
        block.writeBytes(bytes);
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
