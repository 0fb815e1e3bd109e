package dev.varve.registry.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of the redirects that are followed and refused. */
@Timeout(30)
final class RedirectsTest {
  private static List<InetAddress> resolve(String host) throws UnknownHostException {
    return switch (host) {
      case "ghcr.io" -> List.of(InetAddress.getByName("140.82.112.33"));
      case "sneaky.example" ->
          List.of(InetAddress.getByName("93.184.216.34"), InetAddress.getByName("10.0.0.1"));
      case "inside.example" -> List.of(InetAddress.getByName("192.168.1.2"));
      case "gone.example" -> throw new UnknownHostException(host);
      default -> List.of(InetAddress.getAllByName(host));
    };
  }

  private static void check(String from, String to) throws IOException {
    Redirects.check(URI.create(from), URI.create(to), "pulling x", RedirectsTest::resolve);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.1.2.3", "172.16.0.1", "192.168.0.1", "127.0.0.2", "169.254.169.254", "100.100.100.200",
        "0.0.0.0", "[::1]", "[fe80::1]", "[fd00::1]", "[::ffff:10.0.0.1]", "localhost",
        "sneaky.example", "inside.example", "2130706433"
      })
  void aPublicHostMayNotRedirectToAPrivateAddress(String host) {
    assertThatThrownBy(() -> check("https://ghcr.io/v2/", "https://" + host + ":8443/x?sig=s"))
        .isInstanceOf(RegistryException.class)
        .hasMessage(
            "pulling x: ghcr.io points to %s:8443, which is a private address; not followed", host);
  }

  @ParameterizedTest
  @CsvSource({
    "https://ghcr.io/x,https://8.8.8.8/y",
    "https://ghcr.io/x,https://[2001:4860:4860::8888]/y",
    "https://ghcr.io/x,https://gone.example/y",
    "https://inside.example/x,https://10.0.0.1/y",
    "http://localhost:5000/x,http://127.0.0.1:9000/y",
    "http://localhost:5000/x,https://ghcr.io/y",
    "https://10.0.0.1/x,https://10.0.0.1:8443/y",
    "http://169.254.1.1/x,http://127.0.0.1/y"
  })
  void otherRedirectsAreAllowed(String from, String to) {
    assertThatCode(() -> check(from, to)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({
    "https://ghcr.io/x,https://ghcr.io:443/y,true",
    "http://GHCR.io/x,http://ghcr.io:80/y,true",
    "http://ghcr.io:5000/x,https://ghcr.io:5000/y,true",
    "https://ghcr.io/x,https://ghcr.io:444/y,false",
    "https://ghcr.io/x,http://ghcr.io:443/y,false",
    "https://ghcr.io/x,https://ghcr.io.example/y,false"
  })
  void hostsAreComparedRegardlessOfSpelling(String one, String other, boolean same) {
    assertThat(Redirects.isSameHost(URI.create(one), URI.create(other))).isEqualTo(same);
    assertThat(Redirects.isSameHost(URI.create(other), URI.create(one))).isEqualTo(same);
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "localhost", "169.254.169.254", "[fe80::1]", "[::1]"})
  void aPrivateHostMayNotRedirectToThisMachineOrItsLink(String host) {
    assertThatThrownBy(() -> check("https://inside.example/v2/", "https://" + host + "/token"))
        .isInstanceOf(RegistryException.class)
        .hasMessage(
            "pulling x: inside.example points to %s, which is an address of this machine or link;"
                + " not followed",
            host);
  }

  @ParameterizedTest
  @CsvSource({
    "https://8.8.8.8/v2/a,http://8.8.8.8/v2/b?c=%2F,https://8.8.8.8/v2/b?c=%2F",
    "https://8.8.8.8/v2/a,http://8.8.8.8:80/v2/b,https://8.8.8.8/v2/b",
    "https://8.8.8.8:8443/v2/a,http://8.8.8.8/v2/b,https://8.8.8.8:8443/v2/b",
    "https://8.8.8.8:8443/v2/a,http://8.8.8.8:8443,https://8.8.8.8:8443"
  })
  void aRedirectToPlainHttpOnTheSameHostIsFollowedOverHttps(
      String from, String location, String expected) throws IOException {
    assertThat(Redirects.follow(URI.create(from), location, "x")).hasToString(expected);
  }

  @Test
  void aRedirectToPlainHttpOnAnotherPortIsRefused() {
    assertThatThrownBy(
            () ->
                Redirects.follow(URI.create("https://8.8.8.8/v2/a"), "http://8.8.8.8:5000/b", "x"))
        .hasMessage("x: https://8.8.8.8 points to http://8.8.8.8:5000; not followed");
  }

  @Test
  void noRedirectLeavesHttps() {
    assertThatThrownBy(() -> check("https://ghcr.io/x", "http://ghcr.io/x"))
        .isInstanceOf(RegistryException.class)
        .hasMessage("pulling x: https://ghcr.io points to http://ghcr.io; not followed");
    assertThatThrownBy(() -> check("https://ghcr.io/x", "ftp://ghcr.io/x"))
        .hasMessage("pulling x: ghcr.io points to ghcr.io, by ftp instead of https; not followed");
    assertThatThrownBy(() -> check("https://ghcr.io/x", "file:///etc/passwd"))
        .hasMessage("pulling x: ghcr.io points to an address without a host; not followed");
    assertThatThrownBy(() -> check("https://ghcr.io/x", "https://a:b@8.8.8.8/"))
        .hasMessage("pulling x: ghcr.io points to 8.8.8.8, with a login in the URI; not followed");
  }

  @ParameterizedTest
  @CsvSource({
    "/b?x=%2F+%20,https://8.8.8.8/b?x=%2F+%20",
    "c,https://8.8.8.8/v2/c",
    "?n=2,https://8.8.8.8/v2/a?n=2",
    "//1.1.1.1/z,https://1.1.1.1/z",
    "https://1.1.1.1/a//b/../c?d=|{é,https://1.1.1.1/a//b/../c?d=%7C%7B%C3%A9"
  })
  void referencesAreResolvedVerbatim(String reference, String expected) throws IOException {
    assertThat(Redirects.follow(URI.create("https://8.8.8.8/v2/a?n=1"), reference, "x"))
        .hasToString(expected);
  }

  @Test
  void aMalformedReferenceIsRefused() {
    assertThatThrownBy(
            () -> Redirects.follow(URI.create("https://8.8.8.8/v2/a"), "https://%zz/", "x"))
        .isInstanceOf(RegistryException.class)
        .hasMessage("x: 8.8.8.8 points to an address that is not a URI; not followed");
  }

  @Test
  void aFragmentIsLeftOut() throws IOException {
    URI from = URI.create("https://ghcr.io/v2/x");
    assertThat(Redirects.follow(from, "/y?a=b#c", "pulling x", RedirectsTest::resolve))
        .isEqualTo(URI.create("https://ghcr.io/y?a=b"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "65536", "99999999999"})
  void aPortThatDoesNotExistIsRefused(String port) {
    assertThatThrownBy(() -> check("https://ghcr.io/v2/", "https://ghcr.io:" + port + "/x"))
        .isInstanceOf(RegistryException.class)
        .hasMessage("pulling x: ghcr.io points to an address without a host; not followed");
  }
}
