package io.sluice.gateway.openapi;

import io.sluice.gateway.openapi.Privileges.Rights;
import io.sluice.gateway.schema.Function;
import io.sluice.gateway.schema.QualifiedName;
import io.sluice.gateway.schema.Schema;
import io.sluice.gateway.schema.Table;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Describes the tables, views and functions of a schema that a role may use. Pure. */
public final class OpenApi {

    private final Schema schema;
    private final String name;
    private final @Nullable Privileges privileges;
    private final ObjectNode root = JsonMapper.shared().createObjectNode();

    private OpenApi(Schema schema, String name, @Nullable Privileges privileges) {
        this.schema = schema;
        this.name = name;
        this.privileges = privileges;
    }

    /**
     * The document for the schema called {@code name}.
     *
     * @param privileges what to leave out because it is not allowed; null shows everything
     * @param publicPath what stands before a table's name for clients
     * @param tokens whether tokens are accepted
     */
    public static ObjectNode document(
            Schema schema, String name, @Nullable Privileges privileges, String publicPath, boolean tokens) {
        return new OpenApi(schema, name, privileges).write(publicPath, tokens);
    }

    private ObjectNode write(String publicPath, boolean tokens) {
        root.put("openapi", "3.1.0");
        root.putObject("info")
                .put("title", "Sluice: schema " + name)
                .put("version", "1")
                .put("description", "Tables, views and functions in PostgREST's language.");
        root.putArray("servers").addObject().put("url", publicPath.isEmpty() ? "/" : publicPath);
        if (tokens) {
            root.putArray("security").addObject().putArray("token");
        }
        ObjectNode components = root.putObject("components");
        CommonParts.write(components, tokens);
        ObjectNode schemas = components.withObject("/schemas");
        ObjectNode paths = root.putObject("paths");
        for (String table : schema.tableNames(name)) {
            Table found = schema.table(name, table);
            Rights rights = rights(table);
            if (found != null && rights != null) {
                TableParts parts = new TableParts(found, schema.relationships(found.name()), rights);
                schemas.set(CommonParts.key(table), parts.schema());
                paths.set("/" + table, parts.path());
            }
        }
        for (String function : schema.functionNames(name)) {
            List<Function> overloads = schema.functions(new QualifiedName(name, function));
            if (privileges == null || privileges.functions().contains(function)) {
                paths.set("/rpc/" + function, FunctionParts.path(function, overloads, schemas));
            }
        }
        return root;
    }

    private @Nullable Rights rights(String table) {
        return privileges == null ? new Rights(true, true, true, true) : privileges.of(table);
    }
}
