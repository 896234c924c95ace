package io.sluice.routing.pool;

import java.util.List;

/** Keeps the reasons for which connections were thrown away. */
record DiscardsListener(List<String> discarded) implements LeaseListener {

    @Override
    public String node() {
        return "node";
    }

    @Override
    public void answered(long nanos) {}

    @Override
    public void failed(Throwable error) {}

    @Override
    public void discarded(String reason) {
        discarded.add(reason);
    }
}
