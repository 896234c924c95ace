package io.sluice.loadtests.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.loadtests.LoadConfig;
import io.sluice.loadtests.checks.ContentException;
import io.sluice.loadtests.checks.Rows;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;

/** Plain blocking requests for what happens before the load; everything unexpected is a {@link NotReadyException}. */
public final class Gateway {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final LoadConfig config;

    public Gateway(LoadConfig config) {
        this.config = config;
    }

    /** The rows of the JSON array that a GET answered. */
    List<JsonNode> rows(String path, HttpResponse<String> response) {
        if (response.statusCode() != 200) {
            throw unexpected("GET " + path, response);
        }
        return parsed("GET " + path, response.body());
    }

    HttpResponse<String> get(String path) {
        return send(request(path).GET().build());
    }

    /** Sends a JSON body and reads a JSON array. */
    List<JsonNode> post(String path, String body) {
        HttpRequest request = request(path)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build();
        HttpResponse<String> response = send(request);
        if (response.statusCode() / 100 != 2) {
            throw unexpected("POST " + path, response);
        }
        return parsed("POST " + path, response.body());
    }

    private NotReadyException unexpected(String request, HttpResponse<String> response) {
        return new NotReadyException("%s at %s answered %d: %s"
                .formatted(request, config.url(), response.statusCode(), shortened(response.body())));
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create(config.url() + path))
                .timeout(TIMEOUT)
                .header("Accept", "application/json");
        return config.token() == null ? builder : builder.header("Authorization", "Bearer " + config.token());
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            return client.send(request, BodyHandlers.ofString());
        } catch (ConnectException e) {
            throw new NotReadyException("no gateway answers at " + config.url()
                    + "; start one (see README.md) or name another with -Dload.url=http://host:port");
        } catch (IOException e) {
            throw new NotReadyException(
                    "%s %s failed: %s".formatted(request.method(), request.uri(), String.valueOf(e.getMessage())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NotReadyException("interrupted while waiting for " + request.uri());
        }
    }

    private List<JsonNode> parsed(String request, String body) {
        try {
            return Rows.ofArray(body);
        } catch (ContentException e) {
            throw new NotReadyException(request + " at " + config.url() + ": " + e.getMessage());
        }
    }

    private static String shortened(String body) {
        String line = body.replaceAll("\\s+", " ").trim();
        return line.length() <= 300 ? line : line.substring(0, 300) + "…";
    }
}
