package dev.varve.registry.http;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

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
    Pause pause) {

  /** Waits. */
  @FunctionalInterface
  public interface Pause {
    /** Returns after that time. */
    void of(Duration time) throws InterruptedException;
  }

  /** Freezes the collections. */
  public HttpSettings {
    environment = Map.copyOf(environment);
    plainHosts = Set.copyOf(plainHosts);
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
        time -> Thread.sleep(time.toMillis()));
  }

  /** A copy with the variables that say which proxies there are. */
  public HttpSettings withEnvironment(Map<String, String> variables) {
    return new HttpSettings(
        userAgent,
        variables,
        tlsVerify,
        plainHosts,
        allPlain,
        certificates,
        perHost,
        tries,
        answerTime,
        slowest,
        slowTime,
        pause);
  }

  /** A copy that checks certificates, or doesn't. */
  public HttpSettings withTlsVerify(boolean verify) {
    return new HttpSettings(
        userAgent,
        environment,
        verify,
        plainHosts,
        allPlain,
        certificates,
        perHost,
        tries,
        answerTime,
        slowest,
        slowTime,
        pause);
  }

  /** A copy that speaks to these hosts without TLS. */
  public HttpSettings withPlainHosts(Set<String> hosts) {
    return new HttpSettings(
        userAgent,
        environment,
        tlsVerify,
        hosts,
        allPlain,
        certificates,
        perHost,
        tries,
        answerTime,
        slowest,
        slowTime,
        pause);
  }

  /** A copy that speaks to all hosts without TLS. */
  public HttpSettings withAllPlain(boolean plain) {
    return new HttpSettings(
        userAgent,
        environment,
        tlsVerify,
        plainHosts,
        plain,
        certificates,
        perHost,
        tries,
        answerTime,
        slowest,
        slowTime,
        pause);
  }

  /** A copy with a directory of certificates. */
  public HttpSettings withCertificates(Path directory) {
    return new HttpSettings(
        userAgent,
        environment,
        tlsVerify,
        plainHosts,
        allPlain,
        Optional.of(directory),
        perHost,
        tries,
        answerTime,
        slowest,
        slowTime,
        pause);
  }

  /** A copy with other limits on how many requests run at once, and how often each is tried. */
  public HttpSettings withLimits(int atOnce, int attempts) {
    return new HttpSettings(
        userAgent,
        environment,
        tlsVerify,
        plainHosts,
        allPlain,
        certificates,
        atOnce,
        attempts,
        answerTime,
        slowest,
        slowTime,
        pause);
  }

  /** A copy with other limits on how slow a host may be. */
  public HttpSettings withPatience(Duration answer, long bytesPerSecond, Duration time) {
    return new HttpSettings(
        userAgent,
        environment,
        tlsVerify,
        plainHosts,
        allPlain,
        certificates,
        perHost,
        tries,
        answer,
        bytesPerSecond,
        time,
        pause);
  }

  /** A copy that waits in another way. */
  public HttpSettings withPause(Pause how) {
    return new HttpSettings(
        userAgent,
        environment,
        tlsVerify,
        plainHosts,
        allPlain,
        certificates,
        perHost,
        tries,
        answerTime,
        slowest,
        slowTime,
        how);
  }
}
