package dev.varve.registry.http;

import dev.varve.core.bytes.Progress;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** An {@link Http} whose waits take no time, and which remembers them. */
final class Fixture implements AutoCloseable {
  final List<Duration> waits = Collections.synchronizedList(new ArrayList<>());
  final List<String> notices = Collections.synchronizedList(new ArrayList<>());
  final HttpSettings settings;
  final Http http;

  Fixture() {
    this(HttpSettings.defaults("varve-test/1"));
  }

  Fixture(HttpSettings base) {
    this(base, Addresses.Resolver.SYSTEM);
  }

  Fixture(HttpSettings base, Addresses.Resolver resolver) {
    AtomicLong now = new AtomicLong();
    settings =
        base.withPause(
            time -> {
              waits.add(time);
              now.addAndGet(time.toNanos());
            });
    http = new Http(settings, progress(), resolver, now::get, () -> 1.0);
  }

  /** All names are this machine. */
  static Addresses.Resolver allHere() {
    return host -> List.of(InetAddress.getLoopbackAddress());
  }

  static HttpSettings impatient(Duration answer, long slowest, Duration slowTime) {
    return HttpSettings.defaults("varve-test/1").withPatience(answer, slowest, slowTime);
  }

  private Progress progress() {
    return new Progress() {
      @Override
      public void notice(String text) {
        notices.add(text);
      }
    };
  }

  static String text(Response response) throws java.io.IOException {
    return new String(response.bytes(1 << 20), StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    http.close();
  }
}
