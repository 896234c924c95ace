package io.sluice.routing.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says which property is wrong and what to write instead, where a stack trace would say it at length. */
final class InvalidRoutingPropertyFailureAnalyzer extends AbstractFailureAnalyzer<InvalidRoutingPropertyException> {

    @Override
    protected FailureAnalysis analyze(Throwable failure, InvalidRoutingPropertyException cause) {
        return new FailureAnalysis(cause.description(), cause.wayOut(), cause);
    }
}
