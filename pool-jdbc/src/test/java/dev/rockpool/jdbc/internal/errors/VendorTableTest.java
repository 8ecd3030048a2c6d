package dev.rockpool.jdbc.internal.errors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.ConnectFailure;
import dev.rockpool.jdbc.internal.vendor.Vendor;
import java.lang.reflect.Method;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Checks each row of each vendor's table against every other code. The tables here repeat those of {@link Vendor}, so a
 * row that is lost or added by mistake changes only one of them.
 */
class VendorTableTest {
    private static final int RANDOM = 2_000;
    private static final int FARTHEST = 600_000;
    private static final Pattern RANGE = Pattern.compile("\\b(\\d+)(?:-(\\d+))?\\b");
    private static final int[] CODES = codes();

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "none", textBlock = """
            POSTGRESQL | 500150
            MYSQL      | 1037 1040-1043 1047 1053 1077-1081 1105 1129-1130 1152-1161 1184 1189-1190 1927 2006 2013 3169 4031
            ORACLE     | 28 31 600 1012 1014 1033-1035 1041 1089-1090 1092 1094 2396 2399 3106 3111 3113-3114 3135-3136 \
                         12100-12299 12500-12699 17002 17008 17401 17409-17410 17447
            SQL_SERVER | 233 596 6005-6006 10053-10054 10060 17142 40197 40613
            H2         | 90028 90030-90031 90067 90098 90121
            DERBY      | 40000 45000 50000
            SQLITE     | 10-11 14 26
            DB2        | 1224 4470 4499 30081
            SYBASE     | none
            HSQLDB     | none
            FIREBIRD   | none
            OTHER      | 1105 2399 500150
            """)
    void aConnectionIsLostAfterTheseCodesAndNoOthers(Vendor vendor, String codes) {
        FatalErrors errors = new FatalErrors(vendor, null);
        assertEquals(squeezed(codes), found(code -> errors.isFatal(error(code))));
        assertEquals(squeezed(codes), found(code -> errors.isFatal(error(-code))));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "none", textBlock = """
            POSTGRESQL | none
            MYSQL      | 1044-1045 1049 1130 1820 1862 3118
            ORACLE     | 1005 1017 1045 12154 12505 28000-28001
            SQL_SERVER | 4060 18452 18456 18470 18486-18488
            H2         | 90011 90013 90046 90113 90146 90149
            DERBY      | none
            SQLITE     | 3 11 14 23 26
            DB2        | none
            SYBASE     | none
            HSQLDB     | none
            FIREBIRD   | none
            OTHER      | none
            """)
    void aConnectWillNotMendAfterTheseCodesAndNoOthers(Vendor vendor, String codes) {
        assertEquals(squeezed(codes), connectsThatAre(ConnectFailure.PERMANENT, vendor));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "none", textBlock = """
            POSTGRESQL | none
            MYSQL      | 1045 1820 1862 3118
            ORACLE     | 1005 1017 1045 28000-28001
            SQL_SERVER | 18452 18456 18470 18486-18488
            H2         | none
            DERBY      | none
            SQLITE     | none
            DB2        | none
            SYBASE     | none
            HSQLDB     | none
            FIREBIRD   | none
            OTHER      | none
            """)
    void aLoginIsRefusedByTheseCodesAndNoOthers(Vendor vendor, String codes) {
        assertEquals(squeezed(codes), found(code -> ConnectErrors.isWrongLogin(error(code), vendor)));
        assertTrue(ConnectErrors.isWrongLogin(new SQLException("x", "28P01"), vendor));
        boolean noLogin = ConnectErrors.isWrongLogin(new SQLException("x", "08004"), vendor);
        assertEquals(vendor == Vendor.DERBY, noLogin);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "none", textBlock = """
            POSTGRESQL | none
            MYSQL      | 1040 1203 1226
            ORACLE     | 18 20 2391 12516 12519-12520
            SQL_SERVER | 10928-10929 10936 17809
            H2         | none
            DERBY      | none
            SQLITE     | none
            DB2        | 1040 1226
            SYBASE     | none
            HSQLDB     | none
            FIREBIRD   | none
            OTHER      | none
            """)
    void aServerIsFullAfterTheseCodesAndNoOthers(Vendor vendor, String codes) {
        assertEquals(squeezed(codes), connectsThatAre(ConnectFailure.FULL, vendor));
        ConnectFailure ofState = ConnectErrors.classify(new SQLException("x", "53300"), vendor);
        assertEquals(vendor == Vendor.POSTGRESQL, ofState == ConnectFailure.FULL);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "none", textBlock = """
            POSTGRESQL | none
            MYSQL      | 1205 1213 1290 1317 1792 1836 3024
            ORACLE     | 54 60 1013 4021 16000
            SQL_SERVER | 1204-1205 1222 3906
            H2         | 50200 90131
            DERBY      | none
            SQLITE     | 5-6 9 13
            DB2        | none
            SYBASE     | none
            HSQLDB     | none
            FIREBIRD   | none
            OTHER      | none
            """)
    void aRefusedStatementMayBeAcceptedLaterAfterTheseCodesAndNoOthers(Vendor vendor, String codes) {
        assertEquals(squeezed(codes), found(code -> !RefusedSettings.isFinal(error(code), vendor)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "none", textBlock = """
            POSTGRESQL | 25P03 25P04 57P04 57P05
            SYBASE     | JZ006
            """)
    void aConnectionIsLostAfterTheseStatesOfAVendor(Vendor vendor, String states) {
        for (Vendor each : Vendor.values()) {
            FatalErrors errors = new FatalErrors(each, null);
            for (String state : states.split(" ")) {
                assertEquals(each == vendor, errors.isFatal(new SQLException("x", state)), each + " " + state);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Vendor.class)
    void aConnectionIsLostAfterTheseStatesOfAny(Vendor vendor) {
        FatalErrors errors = new FatalErrors(vendor, null);
        Predicate<String> isFatal = state -> errors.isFatal(new SQLException("x", state));
        List<String> fatal = List.of("08000", "08006", "08S01", "57P01", "57P02", "57P03", "01002", "JZ0C0", "JZ0C1");
        assertEquals(fatal, fatal.stream().filter(isFatal).toList());
        assertEquals(
                List.of(),
                Stream.of(
                                "00000", "01000", "0A000", "22012", "23505", "25P02", "40001", "40P01", "42601",
                                "53300", "57014")
                        .filter(isFatal)
                        .toList());
    }

    @Test
    void derbyRefusesADatabaseByItsState() {
        for (String state : List.of("XJ004", "XJ028", "XJ040", "XJ041")) {
            for (Vendor each : Vendor.values()) {
                ConnectFailure failure = ConnectErrors.classify(new SQLException("x", state), each);
                assertEquals(each == Vendor.DERBY, failure == ConnectFailure.PERMANENT, each + " " + state);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "postgresql, POSTGRESQL",
        "pgsql, POSTGRESQL",
        "redshift, POSTGRESQL",
        "mysql, MYSQL",
        "mariadb, MYSQL",
        "oracle, ORACLE",
        "sqlserver, SQL_SERVER",
        "jtds, SQL_SERVER",
        "h2, H2",
        "derby, DERBY",
        "sqlite, SQLITE",
        "db2, DB2",
        "sybase, SYBASE",
        "hsqldb, HSQLDB",
        "firebirdsql, FIREBIRD",
        "firebird, FIREBIRD"
    })
    void aVendorIsKnownByEachOfItsNames(String name, Vendor vendor) {
        assertEquals(vendor, Vendor.ofUrl("jdbc:" + name + "://host/x"));
        assertEquals(vendor, Vendor.ofUrl("jdbc:" + name.toUpperCase(Locale.ROOT) + "://host/x"));
    }

    @ParameterizedTest
    @EnumSource(Vendor.class)
    void aProbeIsWhatTheDatabaseCanRun(Vendor vendor) {
        String expected =
                switch (vendor) {
                    case ORACLE -> "select 1 from dual";
                    case DERBY, DB2 -> "values 1";
                    case HSQLDB -> "select 1 from information_schema.system_users";
                    case FIREBIRD -> "select 1 from rdb$database";
                    default -> "select 1";
                };
        assertEquals(expected, vendor.probe());
    }

    private static String connectsThatAre(ConnectFailure failure, Vendor vendor) {
        return found(code -> ConnectErrors.classify(error(code), vendor) == failure);
    }

    /** The codes that have this property, as ranges. */
    private static String found(IntPredicate property) {
        List<String> ranges = new ArrayList<>();
        int last = 0;
        for (int first : CODES) {
            if (first <= last || !property.test(first)) continue;
            last = first;
            while (property.test(last + 1)) last++;
            ranges.add(first == last ? "" + first : first + "-" + last);
        }
        return String.join(" ", ranges);
    }

    /** Ascending: those of all tables here with their neighbours, and some at random. The profile {@code proof} tries all. */
    private static int[] codes() {
        if (Boolean.getBoolean("rockpool.proof"))
            return IntStream.range(1, FARTHEST).toArray();
        long seed = Long.getLong("rockpool.seed", System.nanoTime());
        System.out.println("VendorTableTest: rerun with -Drockpool.seed=" + seed);
        return IntStream.concat(
                        Stream.of(VendorTableTest.class.getDeclaredMethods()).flatMapToInt(VendorTableTest::codesOf),
                        new Random(seed).ints(RANDOM, 1, FARTHEST))
                .filter(code -> code > 0)
                .sorted()
                .distinct()
                .toArray();
    }

    private static IntStream codesOf(Method test) {
        CsvSource table = test.getAnnotation(CsvSource.class);
        if (table == null) return IntStream.empty();
        return RANGE.matcher(table.textBlock()).results().flatMapToInt(range -> {
            int first = Integer.parseInt(range.group(1));
            int last = range.group(2) == null ? first : Integer.parseInt(range.group(2));
            return IntStream.rangeClosed(first - 1, last + 1);
        });
    }

    /** Without a stack trace, which takes most of the time. */
    private static SQLException error(int code) {
        return new SQLException("x", "99999", code) {
            @Override
            public Throwable fillInStackTrace() {
                return this;
            }
        };
    }

    private static String squeezed(String codes) {
        return codes == null ? "" : codes.replaceAll("\\s+", " ");
    }
}
