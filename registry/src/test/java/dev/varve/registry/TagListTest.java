package dev.varve.registry;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.absent;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.core.bytes.Progress;
import dev.varve.core.image.MediaTypes;
import dev.varve.registry.credentials.Logins;
import dev.varve.registry.fake.FakeRegistry;
import dev.varve.registry.fake.Quirk;
import dev.varve.registry.http.HttpSettings;
import dev.varve.registry.http.RegistryException;
import dev.varve.registry.name.RepositoryName;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TagListTest {
  private static final String LIST = StubRegistry.BASE + "tags/list";

  private final StubRegistry wire = new StubRegistry();

  @AfterEach
  void close() {
    wire.close();
  }

  private void page(String url, String next, String... tags) {
    var response =
        StubRegistry.json(
            "{\"name\":\"owner/name\",\"tags\":[\"" + String.join("\",\"", tags) + "\"]}");
    wire.server.stubFor(
        get(urlEqualTo(url))
            .willReturn(next.isEmpty() ? response : response.withHeader("Link", next)));
  }

  private void always(com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder response) {
    wire.server.stubFor(get(urlPathEqualTo(LIST)).willReturn(response));
  }

  private List<String> tags() throws IOException {
    return wire.repository().tags();
  }

  @Test
  void tagsAreSorted() throws IOException {
    page(LIST + "?n=1000", "", "b", "latest", "a");
    assertThat(tags()).containsExactly("a", "b", "latest");
  }

  @Test
  void ghcrsPagesOfAHundredAreFollowedByTheirRelativeLinks() throws IOException {
    page(LIST + "?n=1000", "<" + LIST + "?last=b&n=100>; rel=\"next\"", "a", "b");
    page(LIST + "?last=b&n=100", "<" + LIST + "?last=d&n=100>; rel=next", "c", "d");
    page(LIST + "?last=d&n=100", "", "e");
    assertThat(tags()).containsExactly("a", "b", "c", "d", "e");
  }

  @Test
  void brokenLinksAreReplacedByTheLastTagOnEveryPage() throws IOException {
    String wrong = "<v2/owner/name/tags/list?last=%s>; rel=\"next\"";
    page(LIST + "?n=1000", wrong.formatted("b"), "a", "b");
    page(LIST + "?n=100&last=b", wrong.formatted("d"), "c", "d");
    page(LIST + "?n=100&last=d", wrong.formatted("f"), "e", "f");
    page(LIST + "?n=100&last=f", "", "g");
    assertThat(tags()).containsExactly("a", "b", "c", "d", "e", "f", "g");
  }

  @Test
  void aPageWithoutNewTagsEndsAListingWithBrokenLinks() throws IOException {
    page(LIST + "?n=1000", "<nowhere?a>; rel=\"next\"", "a");
    page(LIST + "?n=100&last=a", "<nowhere?b>; rel=\"next\"", "b");
    page(LIST + "?n=100&last=b", "<nowhere?c>; rel=\"next\"", "b");
    assertThat(tags()).containsExactly("a", "b");
  }

  @Test
  void anAbsoluteLinkToTheSameHostIsFollowed() throws IOException {
    page(LIST + "?n=1000", "<http://" + wire.host() + LIST + "?last=a>; rel=\"next\"", "a");
    page(LIST + "?last=a", "", "b");
    assertThat(tags()).containsExactly("a", "b");
  }

  @Test
  void aLinkToAnotherHostIsRefused() {
    page(LIST + "?n=1000", "<http://127.0.0.2:1" + LIST + "?last=a>; rel=\"next\"", "a");
    assertThatThrownBy(this::tags)
        .isInstanceOf(RegistryException.class)
        .hasMessage(
            "listing the tags of %s: expected the next page on the same host, got one on 127.0.0.2",
            wire.name());
  }

  @Test
  void aMissingRepositoryHasNoTags() throws IOException {
    always(StubRegistry.error(404, "NAME_UNKNOWN", "repository name not known to registry"));
    assertThat(tags()).isEmpty();
  }

  @Test
  void aNullTagListIsEmpty() throws IOException {
    always(StubRegistry.json("{\"name\":\"owner/name\",\"tags\":null}"));
    assertThat(tags()).isEmpty();
  }

  @Test
  void aServerErrorIsNotAnEmptyList() {
    always(StubRegistry.error(500, "UNKNOWN", "out of order"));
    assertThatThrownBy(this::tags)
        .isInstanceOfSatisfying(
            RegistryException.class,
            e -> assertThat(e.kind()).isEqualTo(RegistryException.Kind.UNAVAILABLE));
  }

  @Test
  void aNotFoundPageOfAWebServerIsNotAnEmptyList() {
    always(aResponse().withStatus(404).withBody("<html>nginx</html>"));
    assertThatThrownBy(this::tags)
        .isInstanceOf(RegistryException.class)
        .hasMessage("listing the tags of %s: not found (404: nginx)", wire.name());
  }

  @Test
  void aLongErrorPageIsReportedByItsStatus() {
    always(aResponse().withStatus(403).withBody("no ".repeat(50_000)));
    assertThatThrownBy(this::tags)
        .isInstanceOfSatisfying(
            RegistryException.class,
            e -> assertThat(e.kind()).isEqualTo(RegistryException.Kind.NOT_AUTHORIZED))
        .hasMessageStartingWith("listing the tags of %s: forbidden (403: no no ", wire.name())
        .hasMessageContaining("…); no login for");
  }

  @Test
  void malformedTagsAreNotListed() throws IOException {
    page(LIST + "?n=1000", "", "a", "../b", "c d", "");
    assertThat(tags()).containsExactly("a");
  }

  @Test
  void smallerPagesAreRequestedAfterQuaysErrorOnLargePages() throws IOException {
    wire.server.stubFor(
        get(urlPathEqualTo(LIST))
            .withQueryParam("n", equalTo("1000"))
            .willReturn(aResponse().withStatus(500)));
    page(LIST + "?n=100", "", "a");
    assertThat(tags()).containsExactly("a");
    assertThat(wire.waits).isEmpty();
  }

  @Test
  void smallerPagesAreRequestedAfterARefusalOfLargePages() throws IOException {
    wire.server.stubFor(
        get(urlPathEqualTo(LIST))
            .withQueryParam("n", equalTo("1000"))
            .willReturn(StubRegistry.error(400, "PAGINATION_NUMBER_INVALID", "too many")));
    page(LIST + "?n=100", "", "a");
    assertThat(tags()).containsExactly("a");
  }

  @Test
  void pagesInALoopAreRefused() {
    page(LIST + "?n=1000", "<" + LIST + "?last=a>; rel=\"next\"", "a");
    page(LIST + "?last=a", "<" + LIST + "?n=1000>; rel=\"next\"", "b");
    assertThatThrownBy(this::tags)
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining("the pages never end");
  }

  @Test
  void repeatedPagesWithoutNewTagsAreRefused() {
    for (int i = 0; i < 5; i++) {
      String url = i == 0 ? LIST + "?n=1000" : LIST + "?last=" + i;
      page(url, "<" + LIST + "?last=" + (i + 1) + ">; rel=\"next\"", "a");
    }
    assertThatThrownBy(this::tags)
        .isInstanceOf(RegistryException.class)
        .hasMessage(
            "listing the tags of %s: the pages never end: 3 in a row had no new tag", wire.name());
  }

  @Test
  void aPageThatIsNotJsonIsReported() {
    always(
        aResponse()
            .withHeader("Content-Type", "text/html; charset=utf-8")
            .withBody("\n<!DOCTYPE html><title>Sign in</title>"));
    assertThatThrownBy(this::tags)
        .isInstanceOf(RegistryException.class)
        .hasMessage(
            "listing the tags of %s: expected JSON from %s, got an HTML page, perhaps of a proxy"
                + " or a login portal (content type text/html; charset=utf-8)",
            wire.name(), wire.host())
        .hasNoCause();
  }

  @Test
  void aMissingPageIsRequestedAgainByTheLastTag() throws IOException {
    page(LIST + "?n=1000", "<" + LIST + "?page=2>; rel=\"next\"", "a", "b");
    wire.server.stubFor(
        get(urlEqualTo(LIST + "?page=2"))
            .willReturn(StubRegistry.error(404, "NAME_UNKNOWN", "gone")));
    page(LIST + "?n=100&last=b", "", "c");
    assertThat(tags()).containsExactly("a", "b", "c");
  }

  @Test
  void aSecondMissingPageFailsTheListing() {
    page(LIST + "?n=1000", "<" + LIST + "?page=2>; rel=\"next\"", "a", "b");
    page(LIST + "?n=100&last=b", "<" + LIST + "?page=2>; rel=\"next\"", "c");
    wire.server.stubFor(
        get(urlEqualTo(LIST + "?page=2"))
            .willReturn(StubRegistry.error(404, "NAME_UNKNOWN", "gone")));
    assertThatThrownBy(this::tags).isInstanceOf(RegistryException.class);
  }

  private static FakeRegistry tagged(int count) throws IOException {
    FakeRegistry registry = FakeRegistry.start();
    byte[] bytes = registry.putImage("os", "t0000", "a".getBytes(UTF_8)).toBytes();
    for (int i = 1; i < count; i++) {
      registry.putManifest("os", "t%04d".formatted(i), MediaTypes.OCI_MANIFEST, bytes);
    }
    return registry;
  }

  private List<String> tags(FakeRegistry registry) throws IOException {
    List<String> notices = wire.notices;
    Progress progress =
        new Progress() {
          @Override
          public void notice(String text) {
            notices.add(text);
          }
        };
    try (Registry client =
        new Registry(HttpSettings.defaults("varve-test"), Logins.NONE, progress)) {
      return client.repository(new RepositoryName(registry.host(), "os")).tags();
    }
  }

  @Test
  void aNotFoundOnALaterPageIsNotTheEndOfTheListing() throws IOException {
    try (FakeRegistry registry = tagged(3)) {
      registry.tagPage(2).quirk(Quirk.LOSES_LATER_TAG_PAGES);
      assertThatThrownBy(() -> tags(registry))
          .isInstanceOfSatisfying(
              RegistryException.class,
              e -> assertThat(e.kind()).isEqualTo(RegistryException.Kind.REFUSED))
          .hasMessage(
              "listing the tags of %s/os after \"t0001\": not found (404: NAME_UNKNOWN repository"
                  + " name not known to registry: os)",
              registry.host());
      assertThat(registry.requests("GET /v2/os/tags/list")).hasSize(3);
    }
  }

  @Test
  void tagsAfterAFullPageWithoutALinkAreRequested() throws IOException {
    try (FakeRegistry registry = tagged(2318)) {
      registry.tagPage(1000).quirk(Quirk.NO_TAG_LINKS);
      assertThat(tags(registry)).hasSize(2318).contains("t0999", "t1000", "t2317");
      assertThat(registry.requests("GET /v2/os/tags/list")).hasSize(3);
    }
  }

  @Test
  void aFullPageWithoutALinkMayBeTheLast() throws IOException {
    try (FakeRegistry registry = tagged(1000)) {
      registry.quirk(Quirk.NO_TAG_LINKS);
      assertThat(tags(registry)).hasSize(1000);
    }
  }

  @Test
  void aRepeatedPageEndsTheListing() throws IOException {
    String[] tags = new String[1000];
    Arrays.setAll(tags, i -> "t%04d".formatted(i));
    page(LIST + "?n=1000", "", tags);
    page(LIST + "?n=1000&last=t0999", "", tags); // crane's registry ignores "last"
    assertThat(tags()).hasSize(1000);
  }

  @Test
  void aLinkPastTheLastTagEndsTheListing() throws IOException {
    try (FakeRegistry registry = tagged(3)) {
      registry.tagPage(2).quirk(Quirk.LINKS_PAST_THE_LAST_TAG);
      assertThat(tags(registry)).containsExactly("t0000", "t0001", "t0002");
    }
  }

  @Test
  void malformedTagsAreReported() throws IOException {
    try (FakeRegistry registry = tagged(1)) {
      byte[] bytes = registry.manifest("os", "t0000").orElseThrow();
      for (String tag : List.of("40+1", "40+2")) {
        registry.putManifest("os", tag, MediaTypes.OCI_MANIFEST, bytes);
      }
      assertThat(tags(registry)).containsExactly("t0000");
      assertThat(wire.notices)
          .containsExactly(
              "listing the tags of %s/os: leaving out 2 of 3, such as \"40+1\", which the"
                      .formatted(registry.host())
                  + " specification does not allow");
    }
  }

  @Test
  void aRefusalSaysThatNoLoginWasGiven() {
    always(
        StubRegistry.error(401, "UNAUTHORIZED", "authentication required")
            .withHeader("WWW-Authenticate", "Basic realm=\"x\""));
    assertThatThrownBy(this::tags)
        .isInstanceOfSatisfying(
            RegistryException.class,
            e -> assertThat(e.kind()).isEqualTo(RegistryException.Kind.NOT_AUTHORIZED))
        .hasMessage(
            "listing the tags of %s: not authorized (401: UNAUTHORIZED authentication required);"
                + " no login for %s was given; varve login %s stores one",
            wire.name(), wire.name(), wire.host());
  }

  @Test
  void aWarningIsReportedOnce() throws IOException {
    var repository = wire.repository();
    always(
        StubRegistry.json("{\"tags\":[\"b\"]}")
            .withHeader("Warning", "299 - \"this goes away soon\""));
    repository.tags();
    repository.tags();
    assertThat(wire.notices).containsExactly(wire.host() + " warns: 299 - \"this goes away soon\"");
  }

  @Test
  void noCompressionIsRequested() throws IOException {
    page(LIST + "?n=1000", "", "a");
    tags();
    wire.server.verify(
        getRequestedFor(urlPathEqualTo(LIST))
            .withHeader("Accept-Encoding", equalTo("identity"))
            .withHeader("User-Agent", equalTo("varve-test"))
            .withHeader("Authorization", absent()));
  }
}
