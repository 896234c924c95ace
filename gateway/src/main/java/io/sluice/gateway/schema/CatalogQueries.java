package io.sluice.gateway.schema;

/**
 * The questions to PostgreSQL's catalog. They run with an empty {@code search_path}, so that every name that
 * PostgreSQL prints is qualified unless it is built in. They work from PostgreSQL 13 on.
 */
final class CatalogQueries {

    private static final String USER_SCHEMAS = "n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'";

    private static final String BASE_TYPES = """
            WITH RECURSIVE base_types(oid, base, step) AS (
              SELECT t.oid, t.oid, t.typbasetype FROM pg_type t
              UNION ALL
              SELECT b.oid, t.oid, t.typbasetype FROM base_types b JOIN pg_type t ON t.oid = b.step
            )
            """;

    /** One row for each column of each relation; a relation without columns yields one row with a null column. */
    static final String COLUMNS = BASE_TYPES + """
            SELECT n.nspname::text AS schema, c.relname::text AS relation, c.relkind::text AS kind,
                   c.reltype::bigint AS row_type, obj_description(c.oid, 'pg_class') AS relation_description,
                   pg_relation_is_updatable(c.oid, true) AS writes,
                   a.attname::text AS name, a.attnum::int AS position, a.atttypid::bigint AS type_oid,
                   b.base::bigint AS base_type_oid, format_type(a.atttypid, -1) AS type,
                   format_type(a.atttypid, a.atttypmod) AS display_type,
                   NOT (a.attnotnull OR t.typtype = 'd' AND t.typnotnull) AS nullable,
                   CASE WHEN a.attidentity = 'd'
                          THEN format('nextval(%L)', (
                            SELECT s.objid::regclass::text FROM pg_depend s
                            WHERE s.classid = 'pg_class'::regclass AND s.refclassid = 'pg_class'::regclass
                              AND s.refobjid = c.oid AND s.refobjsubid = a.attnum AND s.deptype = 'i'))
                        WHEN a.attgenerated = ''
                          THEN coalesce(pg_get_expr(d.adbin, d.adrelid), t.typdefault) END AS default_expression,
                   CASE WHEN t.typtype = 'd' THEN
                     (SELECT format('%I.%I', fn.nspname, f.proname) FROM pg_cast k
                      JOIN pg_proc f ON f.oid = k.castfunc JOIN pg_namespace fn ON fn.oid = f.pronamespace
                      WHERE k.castsource = t.oid AND k.casttarget = 'json'::regtype AND k.castcontext = 'i') END AS to_json,
                   CASE WHEN t.typtype = 'd' THEN
                     (SELECT format('%I.%I', fn.nspname, f.proname) FROM pg_cast k
                      JOIN pg_proc f ON f.oid = k.castfunc JOIN pg_namespace fn ON fn.oid = f.pronamespace
                      WHERE k.castsource = 'json'::regtype AND k.casttarget = t.oid AND k.castcontext = 'i') END AS from_json,
                   CASE WHEN t.typtype = 'd' THEN
                     (SELECT format('%I.%I', fn.nspname, f.proname) FROM pg_cast k
                      JOIN pg_proc f ON f.oid = k.castfunc JOIN pg_namespace fn ON fn.oid = f.pronamespace
                      WHERE k.castsource = 'text'::regtype AND k.casttarget = t.oid AND k.castcontext = 'i') END AS from_text,
                   a.attidentity::text AS identity, a.attgenerated::text AS generated,
                   ARRAY(SELECT e.enumlabel::text FROM pg_enum e WHERE e.enumtypid = b.base ORDER BY e.enumsortorder)
                     AS enum_labels,
                   col_description(c.oid, a.attnum) AS description
            FROM pg_class c
            JOIN pg_namespace n ON n.oid = c.relnamespace
            LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
            LEFT JOIN pg_type t ON t.oid = a.atttypid
            LEFT JOIN base_types b ON b.oid = a.atttypid AND b.step = 0
            WHERE c.relkind IN ('r', 'v', 'm', 'f', 'p') AND NOT c.relispartition AND\s""" + USER_SCHEMAS + " ORDER BY n.nspname, c.relname, a.attnum";

    /** Primary keys, unique constraints and foreign keys; those that partitions inherit are left out. */
    static final String CONSTRAINTS = """
            SELECT n.nspname::text AS schema, c.relname::text AS relation, k.conname::text AS name,
                   k.contype::text AS kind, fn.nspname::text AS referenced_schema, f.relname::text AS referenced,
                   ARRAY(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY u(attnum, i)
                         JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.attnum ORDER BY u.i)
                     AS columns,
                   ARRAY(SELECT a.attname::text FROM unnest(k.confkey) WITH ORDINALITY u(attnum, i)
                         JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.attnum ORDER BY u.i)
                     AS referenced_columns
            FROM pg_constraint k
            JOIN pg_class c ON c.oid = k.conrelid
            JOIN pg_namespace n ON n.oid = c.relnamespace
            LEFT JOIN pg_class f ON f.oid = k.confrelid
            LEFT JOIN pg_namespace fn ON fn.oid = f.relnamespace
            WHERE k.contype IN ('p', 'u', 'f') AND k.conparentid = 0 AND\s""" + USER_SCHEMAS + " ORDER BY n.nspname, c.relname, k.conname";

    /** Columns by which rows are found without looking at all of them: the first ones of indexes that hold every row. */
    static final String INDEXES = """
            SELECT DISTINCT n.nspname::text AS schema, c.relname::text AS relation, a.attname::text AS name
            FROM pg_index i
            JOIN pg_class c ON c.oid = i.indrelid
            JOIN pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_class x ON x.oid = i.indexrelid
            JOIN pg_am m ON m.oid = x.relam AND m.amname IN ('btree', 'hash')
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
            WHERE i.indisvalid AND i.indpred IS NULL AND NOT c.relispartition AND\s""" + USER_SCHEMAS;

    static final String FUNCTIONS =
            BASE_TYPES + """
            SELECT n.nspname::text AS schema, p.proname::text AS name, p.provolatile::text AS volatility,
                   p.proretset AS returns_set, p.prorows::float8 AS estimated_rows,
                   p.pronargs::int AS inputs, p.pronargdefaults::int AS defaults,
                   p.proargnames::text[] AS parameter_names, p.proargmodes::text[] AS parameter_modes,
                   coalesce(p.proallargtypes, p.proargtypes::oid[])::bigint[] AS parameter_oids,
                   ARRAY(SELECT format_type(u.t, -1)
                         FROM unnest(coalesce(p.proallargtypes, p.proargtypes::oid[])) WITH ORDINALITY u(t, i)
                         ORDER BY u.i) AS parameter_types,
                   t.oid::bigint AS return_oid, t.typtype::text AS return_kind, b.oid <> b.base AS return_alias,
                   tn.nspname::text AS return_schema, coalesce(r.relname, t.typname)::text AS return_type,
                   p.proconfig AS settings, obj_description(p.oid, 'pg_proc') AS description
            FROM pg_proc p
            JOIN pg_namespace n ON n.oid = p.pronamespace
            JOIN base_types b ON b.oid = p.prorettype AND b.step = 0
            JOIN pg_type t ON t.oid = b.base
            JOIN pg_namespace tn ON tn.oid = t.typnamespace
            LEFT JOIN pg_class r ON r.oid = t.typrelid
            WHERE p.prokind = 'f' AND t.typname NOT IN ('trigger', 'event_trigger') AND\s""" + USER_SCHEMAS + " ORDER BY n.nspname, p.proname, p.pronargs, p.oid";

    /** The stored parse tree of each view; {@link ViewTargets} reads which table column each view column shows. */
    static final String VIEWS = """
            SELECT n.nspname::text AS schema, c.relname::text AS relation, r.ev_action::text AS tree
            FROM pg_rewrite r
            JOIN pg_class c ON c.oid = r.ev_class AND c.relkind IN ('v', 'm')
            JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE r.rulename = '_RETURN' AND\s""" + USER_SCHEMAS;

    /**
     * Domains named like media types, and what makes them: aggregates over the rows of a relation or over rows of any
     * kind, and functions that yield one value.
     */
    static final String MEDIA_HANDLERS = """
            WITH media AS (
              SELECT t.oid, lower(t.typname) AS media_type,
                     CASE WHEN t.typname = '*/*' THEN 'application/octet-stream' ELSE t.typname::text END AS content_type
              FROM pg_type t
              WHERE t.typtype = 'd'
                AND (t.typname ~* '^[A-Za-z0-9.-]+/[A-Za-z0-9.+-]+$' OR t.typname = '*/*')
            )
            SELECT CASE WHEN a.typname <> 'anyelement' THEN an.nspname::text END AS target_schema, a.typname::text AS target,
                   m.media_type, m.content_type, n.nspname::text AS aggregate_schema, p.proname::text AS aggregate,
                   FALSE AS each
            FROM media m
            JOIN pg_proc p ON p.prorettype = m.oid AND p.prokind = 'a' AND p.pronargs = 1
            JOIN pg_namespace n ON n.oid = p.pronamespace
            JOIN pg_type a ON a.oid = p.proargtypes[0]
            JOIN pg_namespace an ON an.oid = a.typnamespace
            WHERE (a.typtype = 'c' OR a.typname = 'anyelement')
            UNION ALL
            SELECT n.nspname::text, p.proname::text, m.media_type, m.content_type, NULL, NULL, FALSE
            FROM media m
            JOIN pg_proc p ON p.prorettype = m.oid AND p.prokind = 'f' AND NOT p.proretset
            JOIN pg_namespace n ON n.oid = p.pronamespace
            UNION ALL
            SELECT NULL, NULL, 'application/geo+json', 'application/geo+json', n.nspname::text, p.proname::text, TRUE
            FROM pg_proc p
            JOIN pg_namespace n ON n.oid = p.pronamespace
            WHERE p.proname = 'st_asgeojson' AND p.proargtypes[0] = 'pg_catalog.record'::regtype
              AND p.pronargs = p.pronargdefaults + 1
            """;

    /** What {@code ALTER ROLE .. SET} says, as far as the gateway may set it itself. */
    static final String ROLE_SETTINGS = """
            SELECT r.rolname::text AS role, split_part(c.setting, '=', 1) AS name,
                   substr(c.setting, strpos(c.setting, '=') + 1) AS value
            FROM pg_db_role_setting s
            JOIN pg_roles r ON r.oid = s.setrole
            CROSS JOIN LATERAL unnest(s.setconfig) AS c(setting)
            LEFT JOIN pg_settings p ON lower(p.name) = lower(split_part(c.setting, '=', 1))
            WHERE s.setdatabase = 0 OR s.setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
            GROUP BY r.rolname, c.setting, s.setdatabase, p.context
            HAVING p.context IS NULL OR p.context = 'user' OR (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
            ORDER BY s.setdatabase""";

    /** Oids as they stand in parse trees. */
    static final String RELATION_OIDS = """
            SELECT c.oid::bigint AS oid, n.nspname::text AS schema, c.relname::text AS relation
            FROM pg_class c
            JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'v', 'm', 'f', 'p') AND NOT c.relispartition AND\s""" + USER_SCHEMAS;

    private CatalogQueries() {}
}
