package dev.varve.registry.http;

import dev.varve.core.bytes.Progress;
import dev.varve.registry.http.wire.ApacheTransport;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** An {@link Http} whose waits are recorded and take no time. */
public final class Fixture implements AutoCloseable {
  final List<Duration> waits = Collections.synchronizedList(new ArrayList<>());
  public final List<String> notices = Collections.synchronizedList(new ArrayList<>());
  final HttpSettings settings;
  public final Http http;

  public Fixture() {
    this(HttpSettings.defaults("varve-test/1"));
  }

  public Fixture(HttpSettings base) {
    this(base, Addresses.Resolver.SYSTEM);
  }

  public Fixture(HttpSettings base, Addresses.Resolver resolver) {
    AtomicLong now = new AtomicLong();
    settings =
        base.withPause(
            time -> {
              waits.add(time);
              now.addAndGet(time.toNanos());
            });
    http =
        new Http(
            settings,
            new ApacheTransport(settings, resolver),
            progress(),
            resolver,
            now::get,
            () -> 1.0);
  }

  /** Returns a resolver that resolves every name to this machine. */
  public static Addresses.Resolver allHere() {
    return host -> List.of(InetAddress.getLoopbackAddress());
  }

  static HttpSettings impatient(Duration response, long slowest, Duration slowTime) {
    return HttpSettings.defaults("varve-test/1").withPatience(response, slowest, slowTime);
  }

  private Progress progress() {
    return new Progress() {
      @Override
      public void notice(String text) {
        notices.add(text);
      }
    };
  }

  public static String text(Response response) throws java.io.IOException {
    return new String(response.bytes(1 << 20), StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    http.close();
  }
}
