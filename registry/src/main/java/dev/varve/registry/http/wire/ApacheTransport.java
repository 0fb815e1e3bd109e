package dev.varve.registry.http.wire;

import dev.varve.registry.http.Addresses;
import dev.varve.registry.http.Call;
import dev.varve.registry.http.HttpSettings;
import dev.varve.registry.http.Response;
import dev.varve.registry.http.Transport;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.cookie.CookieSpecFactory;
import org.apache.hc.client5.http.impl.DefaultClientConnectionReuseStrategy;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.impl.routing.DefaultRoutePlanner;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.config.RegistryBuilder;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.io.HttpResponseInformationCallback;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.http.protocol.HttpCoreContext;
import org.apache.hc.core5.io.CloseMode;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests through Google's HTTP client on top of Apache's, with one connection pool for all
 * requests.
 */
public final class ApacheTransport implements Transport {
  /** The connect timeout for each address of the host. */
  static final int CONNECT_MILLIS = 20_000;

  /** The attribute of a request's context that holds its {@link Exchange}. */
  static final String EXCHANGE = "varve.exchange";

  /**
   * The most connections to one host: more than callers use. Callers limit their requests
   * themselves, and a connection whose response is still being read must not block another request.
   */
  private static final int PER_HOST = 256;

  /** The most connections to all hosts. */
  private static final int TOTAL = 512;

  /**
   * The size of the buffer for headers and small bodies; larger reads and writes bypass the buffer.
   */
  private static final int BUFFER = 8 << 10;

  /** The longest header line: headers such as the Location of a signed upload may be long. */
  private static final int LONGEST_LINE = 64 << 10;

  private static final Http1Config HTTP1 =
      Http1Config.custom()
          .setBufferSize(BUFFER)
          .setMaxLineLength(LONGEST_LINE)
          .setMaxHeaderCount(500)
          .build();

  private final HttpSettings settings;
  private final Addresses.Resolver resolver;
  private final Proxies proxies;
  private final Watchdog watchdog;
  private @Nullable CloseableHttpClient client;
  private volatile boolean closed;

  /** Creates a transport, which opens no connection before the first request. */
  public ApacheTransport(HttpSettings settings) {
    this(settings, Addresses.Resolver.SYSTEM);
  }

  /** Creates a transport that finds the addresses of hosts with {@code resolver}. */
  public ApacheTransport(HttpSettings settings, Addresses.Resolver resolver) {
    this.settings = settings;
    this.resolver = resolver;
    this.proxies = new Proxies(settings.environment());
    this.watchdog = new Watchdog(settings);
  }

  @Override
  public Response exchange(Call call) throws IOException {
    String activity = call.request().activity();
    CloseableHttpClient open = open(activity);
    Exchange exchange;
    try {
      exchange = new Exchange(this, open, call);
    } catch (IllegalArgumentException e) {
      throw new IOException(activity + ": " + e.getMessage(), e);
    }
    return exchange.run();
  }

  private synchronized CloseableHttpClient open(String activity) throws IOException {
    if (closed) {
      throw new InterruptedIOException(activity + ": cancelled");
    }
    CloseableHttpClient open = client;
    if (open == null) {
      open = newClient();
      client = open;
    }
    return open;
  }

  private CloseableHttpClient newClient() throws IOException {
    return HttpClients.custom()
        .setConnectionManager(
            PoolingHttpClientConnectionManagerBuilder.create()
                .setTlsSocketStrategy(Tls.strategy(settings))
                .setDnsResolver(new Dns(resolver))
                .setConnectionFactory(
                    ManagedHttpClientConnectionFactory.builder().http1Config(HTTP1).build())
                .setDefaultSocketConfig(
                    SocketConfig.custom().setTcpNoDelay(true).setSoKeepAlive(true).build())
                .setDefaultConnectionConfig(
                    ConnectionConfig.custom()
                        .setValidateAfterInactivity(1, TimeUnit.SECONDS)
                        .build())
                .setMaxConnPerRoute(PER_HOST)
                .setMaxConnTotal(TOTAL)
                .build())
        .setRequestExecutor(new Executor())
        .setRoutePlanner(new Routes())
        .setConnectionReuseStrategy(
            (request, response, context) ->
                exchange(context).mayReuse()
                    && DefaultClientConnectionReuseStrategy.INSTANCE.keepAlive(
                        request, response, context))
        .setDefaultCookieSpecRegistry(RegistryBuilder.<CookieSpecFactory>create().build())
        .disableAutomaticRetries()
        .disableRedirectHandling()
        .disableContentCompression()
        .disableCookieManagement()
        .disableAuthCaching()
        .disableConnectionState()
        .disableDefaultUserAgent()
        .build();
  }

  HttpSettings settings() {
    return settings;
  }

  Proxies proxies() {
    return proxies;
  }

  Watchdog watchdog() {
    return watchdog;
  }

  boolean closed() {
    return closed;
  }

  @Override
  public void close() {
    CloseableHttpClient open;
    synchronized (this) {
      closed = true;
      open = client;
    }
    watchdog.close();
    if (open != null) {
      open.close(CloseMode.IMMEDIATE);
    }
  }

  private static Exchange exchange(HttpContext context) {
    return (Exchange) context.getAttribute(EXCHANGE);
  }

  /** Sends each request by its {@link Exchange}, in place of Apache's client. */
  private static final class Executor extends HttpRequestExecutor {
    @Override
    public ClassicHttpResponse execute(
        ClassicHttpRequest request,
        HttpClientConnection connection,
        @Nullable HttpResponseInformationCallback informed,
        HttpContext context)
        throws IOException, HttpException {
      HttpCoreContext known = HttpCoreContext.cast(context);
      known.setSSLSession(connection.getSSLSession());
      known.setEndpointDetails(connection.getEndpointDetails());
      try {
        return exchange(context).talk(connection, request);
      } catch (HttpException | IOException | RuntimeException e) {
        connection.close(CloseMode.IMMEDIATE);
        throw e;
      }
    }
  }

  private static final class Routes extends DefaultRoutePlanner {
    Routes() {
      super(null);
    }

    @Override
    protected @Nullable HttpHost determineProxy(HttpHost target, HttpContext context) {
      return exchange(context).proxyHost();
    }
  }

  private record Dns(Addresses.Resolver resolver) implements DnsResolver {
    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
      return resolver.resolve(host).toArray(InetAddress[]::new);
    }

    @Override
    public String resolveCanonicalHostname(String host) {
      return host;
    }
  }
}
