package io.sluice.gateway.ingest;

import io.sluice.gateway.schema.QualifiedName;
import java.util.StringJoiner;
import java.util.function.IntFunction;

/**
 * The statements that sift the rows of a segment inside the server: a stage of texts, and a block that takes runs of
 * rows from it, halving a run that fails until the bad row is alone. Pure.
 */
final class SieveSql {

    static final String INDEX = "CREATE UNIQUE INDEX ON pg_temp.sluice_rows (sluice_row)";
    static final String RESULT = "SELECT current_setting('sluice.sifted')";
    static final String DROP = "DROP TABLE pg_temp.sluice_rows";

    private final Segment segment;

    SieveSql(Segment segment) {
        this.segment = segment;
    }

    String stage() {
        return "CREATE TEMPORARY TABLE sluice_rows (sluice_row int GENERATED ALWAYS AS IDENTITY, "
                + columns(i -> "c" + i + " text") + ") ON COMMIT DROP";
    }

    String copy() {
        return "COPY pg_temp.sluice_rows (" + columns(i -> "c" + i) + ") FROM STDIN";
    }

    /**
     * The block, which leaves its result in a setting.
     *
     * @param conflict the clause of the INSERT, or nothing
     * @param errorLimit errors that are described; the others are only counted
     */
    String sift(String conflict, int errorLimit) {
        String body = BLOCK.replace("{insert}", insert(conflict))
                .replace("{column}", columnOfBadInput())
                .replace("{rows}", Integer.toString(segment.rowCount()))
                .replace("{limit}", Integer.toString(errorLimit));
        String tag = "$sluice$";
        for (int i = 0; body.contains(tag); i++) {
            tag = "$sluice" + i + "$";
        }
        return "DO " + tag + body + tag;
    }

    private String insert(String conflict) {
        return "INSERT INTO " + segment.target().table().name().quoted() + " ("
                + columns(i -> QualifiedName.quote(name(i))) + ") SELECT "
                + columns(i -> "c" + i + "::" + column(i).type())
                + " FROM pg_temp.sluice_rows WHERE sluice_row >= sluice_at AND sluice_row < sluice_at + sluice_size"
                + " ORDER BY sluice_row" + conflict;
    }

    /** COPY would say which column it was; a cast does not. */
    private String columnOfBadInput() {
        StringBuilder sql = new StringBuilder("SELECT CASE");
        for (int i = 0; i < segment.columns().length; i++) {
            sql.append(" WHEN NOT pg_input_is_valid(c").append(i).append(", ");
            sql.append(literal(column(i).displayType())).append(") THEN ").append(literal(name(i)));
        }
        return sql.append(" ELSE '' END INTO sluice_column FROM pg_temp.sluice_rows WHERE sluice_row = sluice_at")
                .toString();
    }

    private String name(int index) {
        return column(index).name();
    }

    private TargetColumn column(int index) {
        return segment.target().columns().get(segment.columns()[index]);
    }

    private String columns(IntFunction<String> one) {
        StringJoiner all = new StringJoiner(", ");
        for (int i = 0; i < segment.columns().length; i++) {
            all.add(one.apply(i));
        }
        return all.toString();
    }

    private static String literal(String text) {
        String doubled = text.replace("'", "''");
        return text.indexOf('\\') < 0 ? "'" + doubled + "'" : " E'" + doubled.replace("\\", "\\\\") + "'";
    }

    private static final String BLOCK = """

            #variable_conflict use_column
            DECLARE
              sluice_at int := 1;
              sluice_step int := 64;
              sluice_size int := sluice_step;
              sluice_end int := 0;
              sluice_count bigint;
              sluice_written bigint := 0;
              sluice_rejected bigint := 0;
              sluice_errors json[] := '{}';
              sluice_code text;
              sluice_message text;
              sluice_detail text;
              sluice_hint text;
              sluice_column text;
              sluice_constraint text;
            BEGIN
              WHILE sluice_at <= {rows} LOOP
                BEGIN
                  {insert};
                  GET DIAGNOSTICS sluice_count = ROW_COUNT;
                  sluice_written := sluice_written + sluice_count;
                  sluice_at := sluice_at + sluice_size;
                  IF sluice_end > sluice_at THEN
                    sluice_size := greatest(1, (sluice_end - sluice_at) / 2);
                  ELSE
                    sluice_end := 0;
                    sluice_step := least(1024, sluice_step * 2);
                    sluice_size := sluice_step;
                  END IF;
                EXCEPTION WHEN data_exception OR integrity_constraint_violation OR with_check_option_violation
                    OR plpgsql_error OR cardinality_violation THEN
                  IF sluice_size > 1 THEN
                    sluice_end := sluice_at + sluice_size;
                    sluice_step := CASE WHEN sluice_size = sluice_step THEN greatest(16, sluice_step / 2)
                      ELSE sluice_step END;
                    sluice_size := sluice_size / 2;
                  ELSE
                    sluice_rejected := sluice_rejected + 1;
                    IF sluice_rejected <= {limit} THEN
                      GET STACKED DIAGNOSTICS sluice_code = RETURNED_SQLSTATE, sluice_message = MESSAGE_TEXT,
                        sluice_detail = PG_EXCEPTION_DETAIL, sluice_hint = PG_EXCEPTION_HINT,
                        sluice_column = COLUMN_NAME, sluice_constraint = CONSTRAINT_NAME;
                      IF sluice_column = '' AND (sluice_code LIKE '22%' OR sluice_code = '23514')
                          AND current_setting('server_version_num')::int >= 160000 THEN
                        {column};
                      END IF;
                      sluice_errors := sluice_errors || json_build_object('row', sluice_at, 'code', sluice_code,
                        'message', sluice_message, 'details', nullif(sluice_detail, ''),
                        'hint', nullif(sluice_hint, ''), 'column', nullif(sluice_column, ''),
                        'constraint', nullif(sluice_constraint, ''));
                    END IF;
                    sluice_at := sluice_at + 1;
                    sluice_end := 0;
                    sluice_size := sluice_step;
                  END IF;
                END;
              END LOOP;
              PERFORM set_config('sluice.sifted', json_build_object('written', sluice_written,
                'rejected', sluice_rejected, 'errors', to_json(sluice_errors))::text, true);
            END""";
}
