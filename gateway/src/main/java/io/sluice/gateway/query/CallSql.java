package io.sluice.gateway.query;

import io.sluice.gateway.query.CallPlan.Argument;
import io.sluice.gateway.query.CallPlan.Json;
import io.sluice.gateway.query.CallPlan.Texts;
import io.sluice.gateway.query.CallPlan.Whole;
import io.sluice.gateway.schema.Function;
import io.sluice.gateway.schema.Function.Parameter;
import java.util.Map;

/** A function call as the source of rows. */
final class CallSql {

    private static final String ARGUMENTS = "sluice_arguments";
    private static final String CALL = "sluice_call";

    private final SqlBuilder out;

    CallSql(SqlBuilder out) {
        this.out = out;
    }

    void call(CallPlan plan) {
        out.sql("SELECT " + CALL + (plan.isScalar() ? "." + CallPlan.VALUE : ".*"));
        computed(plan);
        out.sql(" FROM ");
        if (plan.arguments() instanceof Json json && !json.parameters().isEmpty()) {
            out.sql("json_to_record(")
                    .bind(json.json())
                    .sql(json.isArray() ? "::json->0" : "::json")
                    .sql(") AS " + ARGUMENTS + "(");
            String glue = "";
            for (Parameter parameter : json.parameters()) {
                out.sql(glue).identifier(parameter.name()).sql(" ").sql(parameter.type());
                glue = ", ";
            }
            out.sql("), LATERAL ");
        }
        if (plan.isScalar()) {
            out.sql("(SELECT ");
            invocation(plan);
            out.sql(" AS " + CallPlan.VALUE + ") AS " + CALL);
        } else {
            invocation(plan);
            out.sql(" AS " + CALL);
        }
    }

    /** Once the rows have been read from here they are no table's rows any more, and no function takes them. */
    private void computed(CallPlan plan) {
        for (Map.Entry<String, Function> column : plan.computed().entrySet()) {
            out.sql(", ")
                    .relation(column.getValue().name())
                    .sql("(" + CALL + ") AS ")
                    .identifier(column.getKey());
        }
    }

    private void invocation(CallPlan plan) {
        out.relation(plan.function().name()).sql("(");
        if (plan.arguments() instanceof Whole whole) {
            out.bind(whole.value()).sql("::").sql(whole.parameter().type());
        } else if (plan.arguments() instanceof Texts texts) {
            String glue = "";
            for (Argument argument : texts.arguments()) {
                out.sql(glue);
                name(argument.parameter());
                out.bind(argument.value()).sql("::").sql(argument.parameter().type());
                glue = ", ";
            }
        } else if (plan.arguments() instanceof Json json) {
            String glue = "";
            for (Parameter parameter : json.parameters()) {
                out.sql(glue);
                name(parameter);
                out.sql(ARGUMENTS + ".").identifier(parameter.name());
                glue = ", ";
            }
        }
        out.sql(")");
    }

    private void name(Parameter parameter) {
        out.sql(parameter.variadic() ? "VARIADIC " : "")
                .identifier(parameter.name())
                .sql(" := ");
    }
}
