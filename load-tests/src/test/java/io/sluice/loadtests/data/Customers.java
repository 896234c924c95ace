package io.sluice.loadtests.data;

import java.util.concurrent.atomic.AtomicLong;

/** New rows of the demo table {@code customers}. */
public final class Customers {

    private final String mark;
    private final AtomicLong sequence = new AtomicLong();

    /** @param mark letters and digits that no other run uses, because e-mail addresses are unique */
    public Customers(String mark) {
        this.mark = mark;
    }

    /** So many customers, one JSON object a line. */
    public String ndjson(int rows) {
        StringBuilder lines = new StringBuilder(rows * 80);
        for (int row = 0; row < rows; row++) {
            String name = mark + "-" + sequence.incrementAndGet();
            lines.append("{\"name\":\"Customer ").append(name).append("\",\"email\":\"");
            lines.append(name).append("@example.com\"}\n");
        }
        return lines.toString();
    }
}
