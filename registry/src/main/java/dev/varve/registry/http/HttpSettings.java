package dev.varve.registry.http;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The settings of an HTTP client. Requests use HTTPS, except to {@code plainHosts} and to this
 * machine: requests to {@code localhost}, 127.0.0.0/8 and ::1 use plain HTTP, as in Docker and
 * crane, unless {@code certificates} are given or certificates are not verified, and never go
 * through a proxy.
 *
 * @param userAgent the User-Agent header
 * @param environment the environment variables that name proxies: HTTPS_PROXY, HTTP_PROXY,
 *     ALL_PROXY and NO_PROXY, or the same in lower case
 * @param tlsVerify whether certificates are verified; if not, requests to hosts that do not speak
 *     TLS use plain HTTP
 * @param plainHosts the hosts, with their port if they have one, to use plain HTTP for
 * @param allPlain whether to use plain HTTP for all hosts
 * @param certificates a directory like podman's {@code --cert-dir}: {@code *.crt} are authorities,
 *     {@code *.cert} and {@code *.key} the client's own certificate and key
 * @param perHost the most simultaneous requests to a host
 * @param tries the number of attempts after which a request fails for good
 * @param answerTime how long a response may take after the request was sent
 * @param slowest the minimum rate of a transfer over {@code slowTime}, in bytes per second
 * @param slowTime how long a transfer may be slower than that
 * @param pause waits; tests replace it so as not to wait
 * @param observer receives a trace of each request
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

  /** Waits between attempts. */
  @FunctionalInterface
  public interface Pause {
    /** Returns after {@code time}. */
    void of(Duration time) throws InterruptedException;
  }

  /** Copies the collections. */
  public HttpSettings {
    environment = Map.copyOf(environment);
    plainHosts = Set.copyOf(plainHosts);
  }

  /** Returns the user agent alone: the environment may hold secrets. */
  @Override
  public String toString() {
    return "settings of " + userAgent;
  }

  /**
   * Whether the user has set how to verify certificates, so that TLS is used for this machine, too.
   */
  boolean configuresTls() {
    return !tlsVerify || certificates.isPresent();
  }

  /** Returns default settings. */
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

  /** Returns a copy with the environment variables that name proxies. */
  public HttpSettings withEnvironment(Map<String, String> variables) {
    return copy(draft -> draft.environment = variables);
  }

  /** Returns a copy that verifies certificates, or does not. */
  public HttpSettings withTlsVerify(boolean verify) {
    return copy(draft -> draft.tlsVerify = verify);
  }

  /** Returns a copy that uses plain HTTP for these hosts. */
  public HttpSettings withPlainHosts(Set<String> hosts) {
    return copy(draft -> draft.plainHosts = hosts);
  }

  /** Returns a copy that uses plain HTTP for all hosts, or does not. */
  public HttpSettings withAllPlain(boolean plain) {
    return copy(draft -> draft.allPlain = plain);
  }

  /** Returns a copy with a directory of certificates. */
  public HttpSettings withCertificates(Path directory) {
    return copy(draft -> draft.certificates = Optional.of(directory));
  }

  /** Returns a copy with other limits on simultaneous requests and on attempts. */
  public HttpSettings withLimits(int atOnce, int attempts) {
    return copy(
        draft -> {
          draft.perHost = atOnce;
          draft.tries = attempts;
        });
  }

  /** Returns a copy with other limits on how slow a host may be. */
  public HttpSettings withPatience(Duration answer, long bytesPerSecond, Duration time) {
    return copy(
        draft -> {
          draft.answerTime = answer;
          draft.slowest = bytesPerSecond;
          draft.slowTime = time;
        });
  }

  /** Returns a copy that waits by {@code how}. */
  public HttpSettings withPause(Pause how) {
    return copy(draft -> draft.pause = how);
  }

  /** Returns a copy that reports each request to {@code receiver}. */
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

  /** A mutable copy of settings. */
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
