package io.sluice.gateway.execute;

import io.r2dbc.postgresql.codec.PostgresqlObjectId;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Parameters;
import io.r2dbc.spi.Statement;
import io.sluice.gateway.query.Sql;
import java.util.function.Consumer;

/** From {@link Sql} to statements of a connection. */
public final class Statements {

    private Statements() {}

    /**
     * A statement with its values bound, without a type each: PostgreSQL infers it, parses the text, and says what is
     * wrong with it. The server is asked for all rows at once.
     */
    public static Statement of(Connection connection, Sql sql) {
        return of(connection, sql, 0);
    }

    /** The same, asking for {@code fetchSize} rows at a time, 0 for all of them. */
    public static Statement of(Connection connection, Sql sql, int fetchSize) {
        Statement statement = connection.createStatement(sql.text()).fetchSize(fetchSize);
        for (int i = 0; i < sql.binds().size(); i++) {
            statement.bind(
                    i, Parameters.in(PostgresqlObjectId.UNSPECIFIED, sql.binds().get(i)));
        }
        return statement;
    }

    /**
     * A statement whose rows begin with the columns of {@link io.sluice.gateway.query.Frame}. {@code frame} is told
     * about them once, at the first row; the rows that it hands on have the other columns only.
     */
    public static Statement framed(Connection connection, Sql sql, int fetchSize, Consumer<FrameValues> frame) {
        return new FramedStatement(of(connection, sql, fetchSize), frame);
    }
}
