package io.sluice.gateway.query;

import io.sluice.gateway.schema.QualifiedName;
import java.util.ArrayList;
import java.util.List;

/** SQL being written. Identifiers and values of a request get into it through here only: quoted or bound. */
final class SqlBuilder {

    private final StringBuilder text = new StringBuilder(256);
    private final List<String> binds = new ArrayList<>();

    /** Appends SQL of our own making; never anything that a client sent. */
    SqlBuilder sql(String part) {
        text.append(part);
        return this;
    }

    SqlBuilder identifier(String name) {
        text.append(QualifiedName.quote(name));
        return this;
    }

    SqlBuilder relation(QualifiedName name) {
        text.append(name.quoted());
        return this;
    }

    SqlBuilder column(String qualifier, String name) {
        return identifier(qualifier).sql(".").identifier(name);
    }

    /** Binds a value; PostgreSQL infers its type. */
    SqlBuilder bind(String value) {
        binds.add(value);
        text.append('$').append(binds.size());
        return this;
    }

    /**
     * A key of a JSON object, as a literal and not as a bind: PostgreSQL matches an expression index by it, and a
     * program's keys are as few as its column names.
     */
    SqlBuilder literal(String value) {
        text.append(Literals.quoted(value));
        return this;
    }

    boolean hasBinds() {
        return !binds.isEmpty();
    }

    Sql build() {
        return new Sql(text.toString(), binds);
    }
}
