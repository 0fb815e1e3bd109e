package dev.varve.registry.http;

import dev.varve.core.bytes.IoFunction;
import dev.varve.core.bytes.Progress;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * Sends requests to any host, from any thread.
 *
 * <p>The number of simultaneous requests to a host is limited, separately for requests with and
 * without a body: a request whose body is itself read from the host would otherwise wait for
 * itself. A request counts until the headers of its response are received.
 */
public final class Http implements Closeable {
  /**
   * How many dead connections of the pool one request may meet; they do not count as failures of
   * the host.
   */
  private static final int MOST_STALE = 3;

  private final HttpSettings settings;
  private final Progress progress;
  private final Transport transport;
  private final Addresses.Resolver resolver;
  private final LongSupplier nanoTime;
  private final DoubleSupplier random;
  private final Map<String, HostGate> gates = new ConcurrentHashMap<>();

  /** The hosts that were found not to speak TLS, where TLS is optional. */
  private final Set<String> foundPlain = ConcurrentHashMap.newKeySet();

  /**
   * Creates a client, which opens no connection yet.
   *
   * @param transport sends the requests; closed with this client
   * @param progress receives a notice of each failure that is followed by another attempt
   */
  public Http(HttpSettings settings, Transport transport, Progress progress) {
    this(
        settings,
        transport,
        progress,
        Addresses.Resolver.SYSTEM,
        System::nanoTime,
        () -> ThreadLocalRandom.current().nextDouble());
  }

  Http(
      HttpSettings settings,
      Transport transport,
      Progress progress,
      Addresses.Resolver resolver,
      LongSupplier nanoTime,
      DoubleSupplier random) {
    this.settings = settings;
    this.transport = transport;
    this.progress = progress;
    this.resolver = resolver;
    this.nanoTime = nanoTime;
    this.random = random;
  }

  /**
   * Sends a request: authorizes it, follows redirects, and, if it is repeatable, sends it again
   * after failures that another attempt may avoid.
   *
   * @return the response with any status except those that count as a failed attempt; the caller
   *     closes it
   * @throws TransferException if a request that is not repeatable failed in a way that another
   *     attempt may avoid
   * @throws RegistryException if the request failed for good
   * @throws IOException the failure of the request's body, if the body can't be read
   */
  public Response send(Request request) throws IOException {
    return repeat(request, attempt -> sendOnce(request, attempt));
  }

  /**
   * Reads a response.
   *
   * @param <T> the type of the result
   */
  @FunctionalInterface
  public interface Reading<T> {
    /** Reads the response; a {@link TransferException} makes the client send the request again. */
    T of(Response answer) throws IOException;
  }

  /**
   * Sends a request as {@link #send(Request)} does, reads the response, and closes it. Both
   * together are one attempt: if the body ends early, the request is sent again.
   */
  public <T> T send(Request request, Reading<T> reading) throws IOException {
    return repeat(
        request,
        attempt -> {
          try (Response answer = sendOnce(request, attempt)) {
            return reading.of(answer);
          }
        });
  }

  private <T> T repeat(Request request, IoFunction<Integer, T> attempt) throws IOException {
    Attempts attempts = attempts(request.activity());
    while (true) {
      try {
        return attempt.apply(request.repeatable() ? attempts.number() : request.attempt());
      } catch (NoAnswerException e) {
        throw e.failure(); // the body can't be read, and another attempt would fail, too
      } catch (TransferException e) {
        if (!request.repeatable()) {
          throw e;
        }
        attempts.failed(e);
      }
    }
  }

  /** Returns a new counter of attempts; {@code activity} as in {@link Request}. */
  public Attempts attempts(String activity) {
    return new Retries(activity, settings, progress, random, this::hold);
  }

  /**
   * Whether requests to a host are sent without TLS.
   *
   * @param host the host, with its port if it has one
   */
  public boolean isPlain(String host) {
    String authority = host.toLowerCase(Locale.ROOT);
    return settings.allPlain()
        || settings.plainHosts().contains(authority)
        || foundPlain.contains(authority)
        || (!settings.configuresTls()
            && Addresses.isLoopback(Origin.of(URI.create("https://" + authority)).host()));
  }

  /** Closes all connections; running requests fail. */
  @Override
  public void close() {
    transport.close();
  }

  /**
   * Makes one attempt, which follows redirects and sends refused requests again with a new login.
   */
  private Response sendOnce(Request request, int attempt) throws IOException {
    Route route = new Route(request, attempt, this::effective, resolver);
    while (true) {
      Response answer = answer(route.next());
      boolean keep = false;
      try {
        if (route.needsAnotherCall(answer)) {
          continue;
        }
        Optional<TransferException> failure =
            StatusFailures.of(request.activity(), Origin.of(answer.uri()), answer);
        if (failure.isPresent()) {
          throw holding(failure.get());
        }
        keep = true;
        return answer;
      } finally {
        if (!keep) {
          answer.close();
        }
      }
    }
  }

  /** Delays requests to a host that asked to wait, and returns its failure. */
  private TransferException holding(TransferException failure) {
    failure
        .serverWait()
        .filter(wait -> wait.compareTo(Retries.LONGEST_SERVER_WAIT) <= 0)
        .ifPresent(wait -> hold(failure, wait));
    return failure;
  }

  /** Pauses requests to the host that limits their rate, if the failure names one. */
  private void hold(TransferException failure, Duration time) {
    failure.limiting().ifPresent(host -> gate(host).close(time));
  }

  private HostGate gate(String host) {
    return gates.computeIfAbsent(
        host, name -> new HostGate(settings.perHost(), settings.pause(), nanoTime));
  }

  /** Returns the URI with the scheme http if the host is reached without TLS. */
  private URI effective(URI uri) {
    Origin origin = Origin.of(uri);
    if (!origin.secure() || !isPlain(authority(uri))) {
      return uri;
    }
    return URI.create("http" + uri.toASCIIString().substring("https".length()));
  }

  private static String authority(URI uri) {
    String authority = uri.getRawAuthority();
    return authority.substring(authority.lastIndexOf('@') + 1);
  }

  private Response answer(Call call) throws IOException {
    int stale = 0;
    while (true) {
      try {
        return exchange(call);
      } catch (NoAnswerException e) {
        if (e.reason() == NoAnswerException.Reason.STALE_CONNECTION && stale++ < MOST_STALE) {
          continue;
        }
        if (mayBePlain(call.uri(), e.reason())) {
          Optional<Response> answer = tryPlain(call);
          if (answer.isPresent()) {
            return answer.get();
          }
        }
        throw e.reason() == NoAnswerException.Reason.BODY ? e : e.failure();
      }
    }
  }

  private Response exchange(Call call) throws IOException {
    Request request = call.request();
    Semaphore permit;
    try {
      permit = gate(Origin.of(call.uri()).toString()).enter(request.body().isPresent());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException(request.activity() + ": interrupted");
    }
    try {
      return transport.exchange(call);
    } finally {
      permit.release();
    }
  }

  /** Whether to try plain HTTP, as podman does for hosts whose certificate is not verified. */
  private boolean mayBePlain(URI uri, NoAnswerException.Reason reason) {
    boolean noPort = authority(uri).equals(Origin.of(uri).host());
    return !settings.tlsVerify()
        && Origin.of(uri).secure()
        && (reason == NoAnswerException.Reason.NO_TLS
            || (noPort && reason == NoAnswerException.Reason.REFUSED_CONNECTION));
  }

  private Optional<Response> tryPlain(Call call) throws IOException {
    URI plain = URI.create("http" + call.uri().toASCIIString().substring("https".length()));
    try {
      Response answer = exchange(call.to(plain));
      foundPlain.add(authority(call.uri()).toLowerCase(Locale.ROOT));
      return Optional.of(answer);
    } catch (IOException e) {
      if (e instanceof NoAnswerException none && none.reason() == NoAnswerException.Reason.BODY) {
        throw e;
      }
      return Optional.empty();
    }
  }
}
