package dev.varve.registry.http.wire;

import com.google.api.client.http.GenericUrl;
import com.google.api.client.http.HttpRequest;
import com.google.api.client.http.HttpResponse;
import com.google.api.client.http.apache.v5.Apache5HttpTransport;
import dev.varve.registry.http.Call;
import dev.varve.registry.http.HttpTrace;
import dev.varve.registry.http.NoAnswerException;
import dev.varve.registry.http.Origin;
import dev.varve.registry.http.Request;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hc.client5.http.auth.AuthExchange;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.CloseableHttpResponse;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.io.CloseMode;
import org.jspecify.annotations.Nullable;

/** One request on one connection, and its response. */
final class Exchange {
  /**
   * From this size on, the body is sent with Expect: 100-continue, so that the host can refuse it
   * by the headers.
   */
  private static final long WORTH_ASKING = 8 << 10;

  private final ApacheTransport wire;
  private final CloseableHttpClient client;
  private final Call call;
  private final Optional<Proxies.Proxy> proxy;
  private final StallDetector stallDetector;
  private final @Nullable SentBody body;
  private volatile boolean cancelled;
  private volatile @Nullable HttpUriRequestBase sent;
  private boolean expectsContinue;
  private boolean connected;
  private boolean reused;
  private boolean isConnect;
  private boolean answered;
  private List<Header> headers = List.of();
  private boolean hasContent;
  private final AtomicBoolean running = new AtomicBoolean();
  private long begun;
  private int status;
  private long received;
  private Optional<String> failure = Optional.empty();

  /** Prepares the exchange; {@link #run} sends the request. */
  Exchange(ApacheTransport wire, CloseableHttpClient client, Call call) {
    this.wire = wire;
    this.client = client;
    this.call = call;
    this.proxy = wire.proxies().of(Origin.of(call.uri()));
    this.stallDetector = wire.watchdog().watch(this::cancel);
    this.body =
        call.request()
            .body()
            .map(carried -> new SentBody(carried, stallDetector, request().activity()))
            .orElse(null);
  }

  Request request() {
    return call.request();
  }

  URI uri() {
    return call.uri();
  }

  Optional<Proxies.Proxy> proxy() {
    return proxy;
  }

  StallDetector stallDetector() {
    return stallDetector;
  }

  boolean closed() {
    return wire.closed();
  }

  /**
   * Whether a reused connection had died before the host received anything that it may have acted
   * on.
   */
  boolean diedBeforeRequest() {
    boolean bodyBegun = body != null && body.begun();
    boolean harmless =
        request().repeatable() || expectsContinue || request().method().equals("GET");
    return reused && !answered && !bodyBegun && harmless && stallDetector.stalled().isEmpty();
  }

  /** The failure that ended the body early; null without one. */
  @Nullable IOException brokenBody() {
    return body == null ? null : body.networkFailure();
  }

  /** Sends the request, and returns the response once its headers are received. */
  StreamedResponse run() throws IOException {
    begun = System.nanoTime();
    running.set(true);
    try {
      HttpResponse response = buildRequest().execute();
      InputStream content = hasContent ? response.getContent() : InputStream.nullInputStream();
      status = response.getStatusCode();
      return new StreamedResponse(this, status, headers, content);
    } catch (IOException e) {
      IOException failure = Failures.beforeAnswer(this, e);
      NoAnswerException.Reason reason = Failures.reason(this, e);
      this.failure =
          Optional.of(
              reason == NoAnswerException.Reason.BODY ? "body failed" : Failures.title(failure));
      done();
      throw new NoAnswerException(reason, failure);
    } catch (RuntimeException | Error e) {
      failed(e);
      done();
      throw e;
    }
  }

  /** Aborts the exchange, from any thread. */
  void cancel() {
    cancelled = true;
    HttpUriRequestBase request = sent;
    if (request != null) {
      request.cancel();
    }
  }

  /** Counts bytes that were read from the response's body. */
  void received(long bytes) {
    received += bytes;
  }

  /**
   * Records that the exchange failed, before its response was received or while the response was
   * read.
   */
  void failed(Throwable cause) {
    failure = Optional.of(Failures.title(cause));
  }

  /** Ends the exchange: the watchdog forgets it, and the observer receives it. */
  void done() {
    wire.watchdog().forget(stallDetector);
    if (running.getAndSet(false)) {
      Duration time = Duration.ofNanos(System.nanoTime() - begun);
      long sentBytes = body == null ? 0 : body.sentBytes();
      wire.settings()
          .observer()
          .exchanged(HttpTrace.of(call, status, failure, sentBytes, received, time));
    }
  }

  /**
   * Builds the request on a transport of its own, since the transport of Google's client can't
   * cancel a request.
   */
  private HttpRequest buildRequest() throws IOException {
    HttpRequest request =
        new Apache5HttpTransport(new Recorder())
            .createRequestFactory()
            .buildRequest(request().method(), new GenericUrl(uri().toASCIIString(), true), body)
            .setLoggingEnabled(false)
            .setCurlLoggingEnabled(false)
            .setThrowExceptionOnExecuteError(false)
            .setFollowRedirects(false)
            .setNumberOfRetries(0)
            .setResponseReturnRawInputStream(true)
            .setSuppressUserAgentSuffix(true)
            .setConnectTimeout(ApacheTransport.CONNECT_MILLIS)
            .setReadTimeout(0); // the watchdog limits the time
    request.getHeaders().setAcceptEncoding("identity").setUserAgent(wire.settings().userAgent());
    return request;
  }

  /**
   * Returns the request target as it is in the URI: Google's client reorders parameters of the same
   * name.
   */
  private String target() {
    String path = URI.create(uri().toASCIIString()).getRawPath();
    String query = URI.create(uri().toASCIIString()).getRawQuery();
    return (path.isEmpty() ? "/" : path) + (query == null ? "" : "?" + query);
  }

  private void prepare(HttpUriRequestBase base, HttpClientContext context) {
    base.setPath(target());
    request()
        .headers()
        .forEach(
            (name, value) -> {
              if (call.home() || !isSecret(name)) {
                base.setHeader(name, value);
              }
            });
    call.authorization().ifPresent(value -> base.setHeader("Authorization", value));
    if (body != null && body.getLength() >= WORTH_ASKING) {
      expectsContinue = true;
      base.setHeader("Expect", "100-continue");
    }
    base.setConfig(
        RequestConfig.copy(base.getConfig())
            .setAuthenticationEnabled(false)
            .setProtocolUpgradeEnabled(false)
            .build());
    context.setAttribute(ApacheTransport.EXCHANGE, this);
    HttpHost host = proxyHost();
    if (host != null && proxy.isPresent() && proxy.get().authorization().isPresent()) {
      AuthExchange login = new AuthExchange();
      login.select(new ProxyLogin(proxy.get().authorization().get()));
      context.setAuthExchange(host, login);
    }
  }

  private static boolean isSecret(String header) {
    return header.equalsIgnoreCase("Authorization") || header.equalsIgnoreCase("Cookie");
  }

  @Nullable HttpHost proxyHost() {
    return proxy
        .map(Proxies.Proxy::origin)
        .map(origin -> new HttpHost(origin.scheme(), origin.host(), origin.port()))
        .orElse(null);
  }

  /** Sends the request, or the CONNECT request to a proxy before it, on a connection. */
  ClassicHttpResponse talk(HttpClientConnection connection, ClassicHttpRequest request)
      throws HttpException, IOException {
    if (!connected) {
      connected = true;
      reused = connection.getEndpointDetails().getRequestCount() > 0;
    }
    Conversation conversation = new Conversation(connection, this);
    if (body != null) {
      body.listenTo(conversation);
    }
    isConnect = request.getMethod().equals("CONNECT");
    stallDetector.expectResponse();
    return conversation.run(request);
  }

  /** Records that the final response was received, possibly before the whole body was sent. */
  void answered() {
    if (isConnect) {
      return;
    }
    stallDetector.received();
    answered = true;
    if (body != null && !body.begun()) {
      body.skip();
    }
  }

  /** Whether the connection can be reused after this exchange. */
  boolean mayReuse() {
    return body == null || !body.isIncomplete();
  }

  /**
   * Forwards the request to Apache's client, and records what Google's client hides: how to cancel,
   * and all headers.
   */
  private final class Recorder extends CloseableHttpClient {
    @Override
    protected CloseableHttpResponse doExecute(
        HttpHost target, ClassicHttpRequest request, @Nullable HttpContext none)
        throws IOException {
      HttpUriRequestBase base = (HttpUriRequestBase) request;
      HttpClientContext context = HttpClientContext.create();
      prepare(base, context);
      sent = base;
      if (cancelled) {
        base.cancel();
      }
      CloseableHttpResponse response =
          (CloseableHttpResponse) client.executeOpen(target, base, context);
      headers = List.of(response.getHeaders());
      HttpEntity entity = response.getEntity();
      hasContent = entity != null;
      // Google's client would parse the headers, and fail on malformed ones.
      response.setHeaders();
      return response;
    }

    @Override
    public void close(CloseMode mode) {}

    @Override
    public void close() {}
  }
}
