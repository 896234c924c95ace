package io.sluice.gateway.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sluice.gateway.error.ApiException;
import io.sluice.gateway.query.ApiQuery.Argument;
import io.sluice.gateway.query.ApiQuery.At;
import io.sluice.gateway.query.Condition.Connective;
import io.sluice.gateway.query.Field.JsonStep;
import io.sluice.gateway.query.Filter.Comparison;
import io.sluice.gateway.query.Filter.Operator;
import io.sluice.gateway.query.SelectItem.Aggregate;
import io.sluice.gateway.query.SelectItem.Join;
import io.sluice.gateway.query.SelectItem.Related;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QueryParserTests {

    @Test
    void selectsEverythingWhenNothingIsSaid() {
        assertThat(QueryParser.parse(null).select()).containsExactly(new SelectItem.AllColumns());
    }

    @Test
    void understandsAliasesPathsCastsAndAggregates() {
        assertThat(QueryParser.parse("select=id,total:data->a->>-1::int.sum()::text,count()")
                        .select())
                .containsExactly(
                        new SelectItem.Value(null, Field.of("id"), null, null, null),
                        new SelectItem.Value(
                                "total",
                                new Field(
                                        "data",
                                        List.of(new JsonStep(false, "a", false), new JsonStep(true, "-1", true))),
                                "int",
                                Aggregate.SUM,
                                "text"),
                        new SelectItem.Value(null, Field.of("*"), null, Aggregate.COUNT, null));
    }

    @Test
    void understandsEmbeddedAndSpreadRelations() {
        assertThat(QueryParser.parse("select=*,who:clients!fk!inner(name),...tasks!left(id)")
                        .select())
                .containsExactly(
                        new SelectItem.AllColumns(),
                        new SelectItem.Embed(
                                "who",
                                new Related("clients", "fk", Join.INNER),
                                List.of(new SelectItem.Value(null, Field.of("name"), null, null, null))),
                        new SelectItem.Spread(
                                new Related("tasks", null, Join.LEFT),
                                List.of(new SelectItem.Value(null, Field.of("id"), null, null, null))));
    }

    @Test
    void takesAFilterValueAsItIs() {
        assertThat(QueryParser.parse("a.b.name=not.eq.x%2Cy.%22z%22+w").conditions())
                .containsExactly(new At<>(
                        List.of("a", "b"), leaf("name", true, new Comparison(Operator.EQ, null, "x,y.\"z\" w"))));
    }

    @Test
    void unquotesValuesInListsAndTrees() {
        assertThat(QueryParser.parse("id=in.(1,%22a,b%22,c%22d)").conditions())
                .containsExactly(new At<>(List.of(), leaf("id", false, new Filter.In(List.of("1", "a,b", "c\"d")))));
        assertThat(QueryParser.parse("not.or=(a.eq.%22x)%22,and(b.cs.%7B1,2%7D,c.not.is.NULL))")
                        .conditions())
                .containsExactly(new At<>(
                        List.of(),
                        new Condition.Group(
                                true,
                                Connective.OR,
                                List.of(
                                        leaf("a", false, new Comparison(Operator.EQ, null, "x)")),
                                        new Condition.Group(
                                                false,
                                                Connective.AND,
                                                List.of(
                                                        leaf("b", false, new Comparison(Operator.CS, null, "{1,2}")),
                                                        leaf("c", true, new Filter.Is(Filter.Truth.NULL))))))));
    }

    @Test
    void understandsPagesAndOrdersOfEmbeddedRelations() {
        ApiQuery query = QueryParser.parse("tasks.order=client(name).desc.nullslast,id&tasks.limit=3&tasks.offset=2");
        assertThat(query.pages()).containsExactly(new At<>(List.of("tasks"), new Page(2, 3L)));
        assertThat(query.orders())
                .containsExactly(new At<>(
                        List.of("tasks"),
                        List.of(
                                new OrderTerm(
                                        "client", Field.of("name"), OrderTerm.Direction.DESC, OrderTerm.Nulls.LAST),
                                new OrderTerm(null, Field.of("id"), null, null))));
    }

    @Test
    void tellsArgumentsFromFiltersOfACall() {
        ApiQuery query = QueryParser.parseCall("a=1&a=2&b=eq.3&c=like");
        assertThat(query.arguments())
                .containsExactly(new Argument("a", "1"), new Argument("a", "2"), new Argument("c", "like"));
        assertThat(query.conditions()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "id=0 | \"failed to parse filter (0)\" (line 1, column 1)",
                "id=not.0 | \"failed to parse filter (not.0)\" (line 1, column 5)",
                "select=id,,x | \"failed to parse select parameter (id,,x)\" (line 1, column 4)",
                "select=a(b | \"failed to parse select parameter (a(b)\" (line 1, column 4)",
                "order=id.up | \"failed to parse order (id.up)\" (line 1, column 4)",
                "or=() | \"failed to parse logic tree (())\" (line 1, column 4)",
                "columns= | \"failed to parse columns parameter ()\" (line 1, column 1)",
            })
    void namesThePositionOfWhatItDoesNotUnderstand(String query, String message) {
        assertThatExceptionOfType(ApiException.class)
                .isThrownBy(() -> QueryParser.parse(query))
                .satisfies(refusal -> {
                    assertThat(refusal.code()).isEqualTo("PGRST100");
                    assertThat(refusal.status().value()).isEqualTo(400);
                    assertThat(refusal.message()).startsWith(message);
                });
    }

    @Test
    void refusesToNestWithoutEnd() {
        String nested = "select=" + "a(".repeat(200) + ")".repeat(200);
        assertThatExceptionOfType(ApiException.class)
                .isThrownBy(() -> QueryParser.parse(nested))
                .withMessageContaining("select parameter");
    }

    private static Condition leaf(String column, boolean negated, Filter.Operation operation) {
        return new Condition.Leaf(new Filter(Field.of(column), negated, operation));
    }
}
