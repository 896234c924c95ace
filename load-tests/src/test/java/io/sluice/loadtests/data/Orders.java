package io.sluice.loadtests.data;

import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/** New rows of the demo table {@code orders}; every one carries the mark of its run, so that a run can count its own. */
public final class Orders {

    private static final String[] STATES = {"new", "paid", "shipped", "delivered"};

    private final String mark;
    private final KnownIds customers;
    private final AtomicLong sequence = new AtomicLong();

    /** @param mark letters and digits that no other run uses */
    public Orders(String mark, KnownIds customers) {
        this.mark = mark;
        this.customers = customers;
    }

    /** What the {@code item} of every row of this run starts with. */
    public String mark() {
        return mark;
    }

    /** An item that no other row has. */
    public String nextItem() {
        return mark + "-" + sequence.incrementAndGet();
    }

    /** One order as a JSON object. */
    public String json(long customer, String item, RandomGenerator random) {
        int cents = random.nextInt(1, 100_000);
        String amount = cents / 100 + (cents % 100 < 10 ? ".0" : ".") + cents % 100;
        return "{\"customer_id\":" + customer + ",\"item\":\"" + item + "\",\"amount\":" + amount + ",\"status\":\""
                + STATES[random.nextInt(STATES.length)] + "\"}";
    }

    /** Orders of random customers, one JSON object a line. */
    public String ndjson(int rows, RandomGenerator random) {
        StringBuilder lines = new StringBuilder(rows * 90);
        for (int row = 0; row < rows; row++) {
            lines.append(json(customers.any(random), nextItem(), random)).append('\n');
        }
        return lines.toString();
    }
}
