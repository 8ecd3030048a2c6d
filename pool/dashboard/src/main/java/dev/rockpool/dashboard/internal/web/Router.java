package dev.rockpool.dashboard.internal.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpHandler;
import dev.rockpool.InvalidConfigException;
import dev.rockpool.PoolControl;
import dev.rockpool.dashboard.DashboardHandler;
import dev.rockpool.dashboard.DashboardRequest;
import dev.rockpool.dashboard.DashboardResponse;
import dev.rockpool.dashboard.internal.access.Access;
import dev.rockpool.dashboard.internal.access.Identity;
import dev.rockpool.dashboard.internal.access.Role;
import dev.rockpool.dashboard.internal.access.Tokens;
import dev.rockpool.dashboard.internal.json.JsonBody;
import dev.rockpool.dashboard.internal.json.JsonText;
import dev.rockpool.dashboard.internal.operate.Operations;
import dev.rockpool.dashboard.internal.operate.Refused;
import dev.rockpool.dashboard.internal.pools.WatchedPool;
import dev.rockpool.dashboard.internal.pools.WatchedPools;
import dev.rockpool.internal.base.PoolLogKt;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/** Finds what a request is for, checks who may have it, and answers. */
public final class Router implements DashboardHandler {
    static final int LONGEST_BODY = 16 * 1024;
    private static final Set<String> LOGIN = Set.of("token", "name");

    private final WatchedPools pools;
    private final Operations operations;
    private final Access access;
    private final Streams streams = new Streams();
    private final PageFiles files = new PageFiles();
    private final Map<String, Route> routes = new LinkedHashMap<>();
    private final long patience;

    /** What is served at a path. Changes are made by POST, everything else by GET. */
    private record Route(String method, Role needed, Action action) {}

    private interface Action {
        DashboardResponse answer(Call call) throws IOException;
    }

    private record Call(DashboardRequest request, Identity who, Query query) {
        JsonBody body(Set<String> members) throws IOException {
            byte[] bytes = request.body().readNBytes(LONGEST_BODY + 1);
            if (bytes.length > LONGEST_BODY)
                throw new IllegalArgumentException("the body has more than " + LONGEST_BODY + " bytes");
            try {
                return JsonBody.read(
                        UTF_8.newDecoder()
                                .decode(java.nio.ByteBuffer.wrap(bytes))
                                .toString(),
                        members);
            } catch (CharacterCodingException e) {
                throw new IllegalArgumentException("the body is not UTF-8", e);
            }
        }
    }

    public Router(Supplier<List<PoolControl>> source, Options options) {
        pools = new WatchedPools(source, options.monitors(), options.showSql(), options.interval());
        operations = new Operations(pools.timer());
        access = new Access(
                options.tokens(),
                options.hosts(),
                System::nanoTime,
                "rockpool-" + Tokens.random().substring(0, 8));
        for (String path : files.paths()) get(path, Role.NOBODY, call -> files.find(path));
        get("/api/session", Role.NOBODY, this::session);
        post("/api/login", Role.NOBODY, this::login);
        post("/api/logout", Role.NOBODY, call -> Answer.json("{}")
                .with("Set-Cookie", access.logout(call.who, call.request)));
        get(
                "/api/pools",
                Role.VIEW,
                call -> Answer.json(JsonText.of(
                        pools.all().stream().map(WatchedPool::summary).toList())));
        get("/api/stream", Role.VIEW, this::stream);
        post("/api/diagnose", Role.VIEW, call -> {
            WatchedPool pool = pool(call.body(Set.of("pool")).text("pool"));
            return Answer.json(operations.diagnose(pool, call.who));
        });
        post("/api/preview", Role.OPERATE, call -> {
            JsonBody body = call.body(operations.members("reconfigure"));
            return Answer.json(operations.preview(pool(body.text("pool")), body));
        });
        for (String name : operations.names())
            post("/api/" + name, Role.OPERATE, call -> {
                JsonBody body = call.body(operations.members(name));
                return Answer.json(operations.run(name, pool(body.text("pool")), call.who, body));
            });
        patience = options.patience();
        cutOff(this::cutStuck);
    }

    /** Calls this again and again with the nanoseconds that a client may take. It cuts off those that take longer. */
    void cutOff(LongConsumer slow) {
        long nanos = TimeUnit.MILLISECONDS.toNanos(patience);
        pools.timer()
                .scheduleWithFixedDelay(
                        () -> slow.accept(nanos), patience, Math.max(1, patience / 4), TimeUnit.MILLISECONDS);
    }

    private void get(String path, Role needed, Action action) {
        routes.put(path, new Route("GET", needed, action));
    }

    private void post(String path, Role needed, Action action) {
        routes.put(path, new Route("POST", needed, action));
    }

    /** The paths and their methods. */
    Map<String, String> routes() {
        Map<String, String> all = new LinkedHashMap<>();
        routes.forEach((path, route) -> all.put(path, route.method));
        return all;
    }

    @Override
    public DashboardResponse handle(DashboardRequest request) {
        try {
            return checked(request);
        } catch (IllegalArgumentException e) {
            return Answer.problem(400, e.getMessage());
        } catch (InvalidConfigException e) {
            return Answer.problem(400, String.join("; ", e.getProblems()));
        } catch (NoSuchPool e) {
            return Answer.problem(404, "there is no such pool: see /api/pools");
        } catch (Refused e) {
            return Answer.problem(409, e.getMessage());
        } catch (IOException | RuntimeException e) {
            PoolLogKt.logWarn(e, () -> "the dashboard cannot answer " + request.method() + " " + request.path());
            return Answer.problem(500, "this failed; the log of the application says why");
        }
    }

    /** The checks, from those that need to know least. */
    private DashboardResponse checked(DashboardRequest request) throws IOException {
        if (!access.isForUs(request))
            return Answer.problem(421, "this page is not served under that host name: add the name to hosts");
        Route route = routes.get(request.path().isEmpty() ? "/" : request.path());
        if (route == null) return Answer.problem(404, "there is no such page");
        if (!route.method.equals(request.method()))
            return Answer.problem(405, "this needs " + route.method).with("Allow", route.method);
        boolean isPage = !request.path().startsWith("/api/");
        if (!isPage && !access.isOwnOrigin(request))
            return Answer.problem(403, "another page sent this request: send it from the dashboard itself");
        Identity who = access.identify(request);
        if (who.retryAfter() > 0) return tooMany(who);
        if (!who.role().mayAct(route.needed))
            return who.role() == Role.NOBODY
                    ? Answer.problem(401, "log in first").with("WWW-Authenticate", "Bearer")
                    : Answer.problem(403, "this needs the token of an operator");
        if (route.method.equals("POST")) {
            if (!access.isJson(request)) return Answer.problem(415, "this needs a body of type application/json");
            if (who.session() != null && !access.isProvenOrigin(request))
                return Answer.problem(403, "a request with a cookie needs an Origin header");
        }
        return route.action.answer(new Call(request, who, Query.of(request.query())));
    }

    private DashboardResponse session(Call call) {
        return Answer.json(JsonText.object(
                "role", call.who.role(), "name", call.who.name(), "canLogOut", call.who.session() != null));
    }

    private DashboardResponse login(Call call) throws IOException {
        JsonBody body = call.body(LOGIN);
        Identity known = access.known(body.text("token"), body.text("name"), call.request);
        if (known.role() != Role.NOBODY) return Answer.json("{}").with("Set-Cookie", access.begin(known, call.request));
        return known.retryAfter() > 0 ? tooMany(known) : Answer.problem(401, "this token is wrong");
    }

    private static Answer tooMany(Identity who) {
        String seconds = Integer.toString(who.retryAfter());
        return Answer.problem(429, "this token is wrong, and there were too many: wait for " + seconds + " s")
                .with("Retry-After", seconds);
    }

    private DashboardResponse stream(Call call) {
        WatchedPool pool = pool(call.query.get("pool"));
        if (!streams.take())
            return Answer.problem(503, Streams.MOST + " pages are open already: close one")
                    .with("Retry-After", "5");
        String last = call.request.header("Last-Event-ID");
        long after = last != null && last.matches("[0-9]{1,15}") ? Long.parseLong(last) : 0;
        EventStream[] self = new EventStream[1];
        EventStream stream = new EventStream(
                pool,
                after,
                () -> access.isStill(call.who),
                () -> operations.pausedUntil(pool),
                () -> streams.remove(self[0]));
        self[0] = stream;
        streams.add(stream);
        return stream;
    }

    private WatchedPool pool(String id) {
        WatchedPool found = id == null ? null : pools.find(id);
        if (found == null) throw new NoSuchPool();
        return found;
    }

    private void cutStuck(long patience) {
        long now = System.nanoTime();
        for (EventStream stream : streams.all()) if (stream.stuckFor(now) > patience) stream.abort();
    }

    /** Ends all open streams, as a network does that fails; browsers then connect again. */
    void cutStreams() {
        streams.all().forEach(EventStream::abort);
    }

    int openStreams() {
        return streams.all().size();
    }

    /** How many streams have waited for their readers for this many milliseconds. */
    long stuckStreams(long millis) {
        long now = System.nanoTime();
        long nanos = TimeUnit.MILLISECONDS.toNanos(millis);
        return streams.all().stream()
                .filter(stream -> stream.stuckFor(now) > nanos)
                .count();
    }

    @Override
    public HttpHandler toHttpHandler() {
        return new ServerAdapter(this, null);
    }

    @Override
    public void close() {
        operations.close();
        pools.close();
        cutStreams();
    }

    private static final class NoSuchPool extends RuntimeException {
        private static final long serialVersionUID = 1;
    }
}
