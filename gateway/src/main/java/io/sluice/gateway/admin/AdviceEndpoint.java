package io.sluice.gateway.admin;

import io.sluice.gateway.diagnose.Finding;
import io.sluice.gateway.diagnose.OneByOne;
import java.util.List;
import java.util.Map;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.stereotype.Component;

/** {@code GET /actuator/advice}: what clients could do better, and the requests that would do. */
@Component
@Endpoint(id = "advice")
class AdviceEndpoint {

    private final OneByOne reads;

    AdviceEndpoint(OneByOne reads) {
        this.reads = reads;
    }

    @ReadOperation
    Map<String, List<Finding>> advice() {
        return Map.of("oneByOne", reads.findings());
    }
}
