package io.sluice.gateway;

import static org.springframework.web.reactive.function.server.RequestPredicates.method;
import static org.springframework.web.reactive.function.server.RequestPredicates.path;
import static org.springframework.web.reactive.function.server.RouterFunctions.route;

import io.sluice.gateway.ingest.IngestHandler;
import io.sluice.gateway.ledger.AccountEventsHandler;
import io.sluice.gateway.ledger.LedgerHandler;
import io.sluice.gateway.ledger.StatementHandler;
import io.sluice.gateway.rest.RestHandler;
import io.sluice.gateway.rest.TransactionHandler;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;

/** Every URL of the public port. */
@Configuration(proxyBeanMethods = false)
class Routes {

    private static final HttpMethod QUERY = HttpMethod.valueOf("QUERY");

    private static final String INDEX = """
            Sluice

            /rest/v1/              what there is: OpenAPI 3.1, and a page to try it in a browser
            /rest/v1/{table}       rows, in PostgREST's grammar
            /ingest/v1/{table}     rows in, NDJSON
            /ledger/v1/accounts    accounts
            /ledger/v1/transfers   transfers
            """;

    @Bean
    RouterFunction<ServerResponse> rest(RestHandler rest, TransactionHandler transactions) {
        // Routes are tried one after another: the most frequent one first.
        return route().GET("/rest/v1/{table}", rest::read)
                .GET("/rest/v1/rpc/{function}", rest::callReading)
                .HEAD("/rest/v1/rpc/{function}", rest::callReading)
                .POST("/rest/v1/rpc/{function}", rest::call)
                .OPTIONS("/rest/v1/rpc/{function}", rest::functionOptions)
                .PUT("/rest/v1/rpc/{function}", rest::callRefused)
                .PATCH("/rest/v1/rpc/{function}", rest::callRefused)
                .DELETE("/rest/v1/rpc/{function}", rest::callRefused)
                .GET("/rest/v1/", rest::root)
                .HEAD("/rest/v1/", rest::root)
                .POST("/rest/v1/", transactions::run)
                .OPTIONS("/rest/v1/", rest::rootOptions)
                .HEAD("/rest/v1/{table}", rest::read)
                .POST("/rest/v1/{table}", rest::insert)
                .PUT("/rest/v1/{table}", rest::put)
                .PATCH("/rest/v1/{table}", rest::update)
                .DELETE("/rest/v1/{table}", rest::delete)
                .OPTIONS("/rest/v1/{table}", rest::tableOptions)
                .route(method(QUERY).and(path("/rest/v1/{table}")), rest::query)
                .POST("/rest/v1/{table}/query", rest::query)
                .build();
    }

    @Bean
    RouterFunction<ServerResponse> index() {
        return route().GET("/", request -> ServerResponse.ok()
                        .contentType(MediaType.TEXT_PLAIN)
                        .bodyValue(INDEX))
                .build();
    }

    @Bean
    RouterFunction<ServerResponse> ingest(IngestHandler ingest) {
        return route().POST("/ingest/v1/{table}", ingest::upload).build();
    }

    @Bean
    RouterFunction<ServerResponse> ledgerRoutes(
            LedgerHandler ledger, StatementHandler statements, AccountEventsHandler events) {
        return route().POST("/ledger/v1/transfers", ledger::createTransfers)
                .POST("/ledger/v1/accounts", ledger::createAccounts)
                .GET("/ledger/v1/accounts", AccountEventsHandler::wanted, events::many)
                .GET("/ledger/v1/accounts", ledger::findAccounts)
                .GET("/ledger/v1/accounts/{id}", AccountEventsHandler::wanted, events::one)
                .GET("/ledger/v1/accounts/{id}", ledger::getAccount)
                .GET("/ledger/v1/accounts/{id}/statement", statements::statement)
                .GET("/ledger/v1/transfers", ledger::findTransfers)
                .GET("/ledger/v1/transfers/{id}", ledger::getTransfer)
                .build();
    }
}
