package dev.varve.registry.http;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * How to talk to hosts. All are spoken to by HTTPS, but for {@code plainHosts} and for this
 * machine: {@code localhost}, 127.0.0.0/8 and ::1 are spoken to by plain HTTP, as Docker and crane
 * do, unless there are {@code certificates} to trust or certificates are not checked, and never
 * through a proxy.
 *
 * @param userAgent the User-Agent header
 * @param environment variables that say which proxies there are: HTTPS_PROXY, HTTP_PROXY,
 *     ALL_PROXY, NO_PROXY, or the same in lower case
 * @param tlsVerify whether certificates are checked; where not, hosts that turn out not to speak
 *     TLS are spoken to without
 * @param plainHosts hosts, with their port if they have one, that are spoken to without TLS
 * @param allPlain whether all hosts are
 * @param certificates a directory like podman's {@code --cert-dir}: {@code *.crt} are authorities,
 *     {@code *.cert} and {@code *.key} the client's own certificate and key
 * @param perHost how many requests run at once for each host
 * @param tries how often a request is tried before it fails for good
 * @param answerTime how long an answer may take once the request is sent
 * @param slowest the fewest bytes a second that a transfer may have over {@code slowTime}
 * @param slowTime how long a transfer may be slower than that
 * @param pause how waits are made; tests don't really wait
 * @param observer receives each request and its answer
 */
public record HttpSettings(
    String userAgent,
    Map<String, String> environment,
    boolean tlsVerify,
    Set<String> plainHosts,
    boolean allPlain,
    Optional<Path> certificates,
    int perHost,
    int tries,
    Duration answerTime,
    long slowest,
    Duration slowTime,
    Pause pause,
    HttpObserver observer) {

  /** Waits. */
  @FunctionalInterface
  public interface Pause {
    /** Returns after that time. */
    void of(Duration time) throws InterruptedException;
  }

  /** Copies the collections. */
  public HttpSettings {
    environment = Map.copyOf(environment);
    plainHosts = Set.copyOf(plainHosts);
  }

  /** Whose they are: the environment holds secrets. */
  @Override
  public String toString() {
    return "settings of " + userAgent;
  }

  /** Whether somebody has thought of TLS, so that it is tried on this machine, too. */
  boolean saysHowToVerify() {
    return !tlsVerify || certificates.isPresent();
  }

  /** What serves in CI and at home. */
  public static HttpSettings defaults(String userAgent) {
    return new HttpSettings(
        userAgent,
        Map.of(),
        true,
        Set.of(),
        false,
        Optional.empty(),
        6,
        6,
        Duration.ofMinutes(10),
        1000,
        Duration.ofMinutes(1),
        time -> Thread.sleep(time.toMillis()),
        HttpObserver.NONE);
  }

  /** A copy with the variables that say which proxies there are. */
  public HttpSettings withEnvironment(Map<String, String> variables) {
    return copy(draft -> draft.environment = variables);
  }

  /** A copy that checks certificates, or doesn't. */
  public HttpSettings withTlsVerify(boolean verify) {
    return copy(draft -> draft.tlsVerify = verify);
  }

  /** A copy that speaks to these hosts without TLS. */
  public HttpSettings withPlainHosts(Set<String> hosts) {
    return copy(draft -> draft.plainHosts = hosts);
  }

  /** A copy that speaks to all hosts without TLS. */
  public HttpSettings withAllPlain(boolean plain) {
    return copy(draft -> draft.allPlain = plain);
  }

  /** A copy with a directory of certificates. */
  public HttpSettings withCertificates(Path directory) {
    return copy(draft -> draft.certificates = Optional.of(directory));
  }

  /** A copy with other limits on how many requests run at once, and how often each is tried. */
  public HttpSettings withLimits(int atOnce, int attempts) {
    return copy(
        draft -> {
          draft.perHost = atOnce;
          draft.tries = attempts;
        });
  }

  /** A copy with other limits on how slow a host may be. */
  public HttpSettings withPatience(Duration answer, long bytesPerSecond, Duration time) {
    return copy(
        draft -> {
          draft.answerTime = answer;
          draft.slowest = bytesPerSecond;
          draft.slowTime = time;
        });
  }

  /** A copy that waits in another way. */
  public HttpSettings withPause(Pause how) {
    return copy(draft -> draft.pause = how);
  }

  /** A copy whose requests are observed. */
  public HttpSettings withObserver(HttpObserver receiver) {
    return copy(draft -> draft.observer = receiver);
  }

  private HttpSettings copy(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return new HttpSettings(
        userAgent,
        draft.environment,
        draft.tlsVerify,
        draft.plainHosts,
        draft.allPlain,
        draft.certificates,
        draft.perHost,
        draft.tries,
        draft.answerTime,
        draft.slowest,
        draft.slowTime,
        draft.pause,
        draft.observer);
  }

  /** Settings that are being changed. */
  private static final class Draft {
    private Map<String, String> environment;
    private boolean tlsVerify;
    private Set<String> plainHosts;
    private boolean allPlain;
    private Optional<Path> certificates;
    private int perHost;
    private int tries;
    private Duration answerTime;
    private long slowest;
    private Duration slowTime;
    private Pause pause;
    private HttpObserver observer;

    Draft(HttpSettings from) {
      environment = from.environment;
      tlsVerify = from.tlsVerify;
      plainHosts = from.plainHosts;
      allPlain = from.allPlain;
      certificates = from.certificates;
      perHost = from.perHost;
      tries = from.tries;
      answerTime = from.answerTime;
      slowest = from.slowest;
      slowTime = from.slowTime;
      pause = from.pause;
      observer = from.observer;
    }
  }
}
