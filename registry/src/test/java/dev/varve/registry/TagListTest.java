package dev.varve.registry;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.absent;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.registry.http.RegistryException;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TagListTest {
  private static final String LIST = Wire.BASE + "tags/list";

  private final Wire wire = new Wire();

  @AfterEach
  void close() {
    wire.close();
  }

  private void page(String url, String next, String... tags) {
    var answer =
        Wire.json("{\"name\":\"owner/name\",\"tags\":[\"" + String.join("\",\"", tags) + "\"]}");
    wire.server.stubFor(
        get(urlEqualTo(url)).willReturn(next.isEmpty() ? answer : answer.withHeader("Link", next)));
  }

  private void always(com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder answer) {
    wire.server.stubFor(get(urlPathEqualTo(LIST)).willReturn(answer));
  }

  private List<String> tags() throws IOException {
    return wire.repository().tags();
  }

  @Test
  void tagsAreSortedWhateverOrderTheyComeIn() throws IOException {
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
  void aRepositoryThatIsNotThereHasNoTags() throws IOException {
    always(Wire.error(404, "NAME_UNKNOWN", "repository name not known to registry"));
    assertThat(tags()).isEmpty();
  }

  @Test
  void aRepositoryWithoutTagsHasNone() throws IOException {
    always(Wire.json("{\"name\":\"owner/name\",\"tags\":null}"));
    assertThat(tags()).isEmpty();
  }

  @Test
  void aListingThatFailsIsNotAnEmptyOne() {
    always(Wire.error(500, "UNKNOWN", "out of order"));
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
  void aLongPageIsTheRefusalThatItsStatusSays() {
    always(aResponse().withStatus(403).withBody("no ".repeat(50_000)));
    assertThatThrownBy(this::tags)
        .isInstanceOfSatisfying(
            RegistryException.class,
            e -> assertThat(e.kind()).isEqualTo(RegistryException.Kind.NOT_AUTHORIZED))
        .hasMessageStartingWith("listing the tags of %s: forbidden (403: no no ", wire.name())
        .hasMessageContaining("…); no login for");
  }

  @Test
  void whatIsNoTagIsNotListed() throws IOException {
    page(LIST + "?n=1000", "", "a", "../b", "c d", "");
    assertThat(tags()).containsExactly("a");
  }

  @Test
  void quaysErrorOnLargePagesIsAnsweredWithSmallerOnes() throws IOException {
    wire.server.stubFor(
        get(urlPathEqualTo(LIST))
            .withQueryParam("n", equalTo("1000"))
            .willReturn(aResponse().withStatus(500)));
    page(LIST + "?n=100", "", "a");
    assertThat(tags()).containsExactly("a");
    assertThat(wire.waits).isEmpty();
  }

  @Test
  void aRefusalOfLargePagesIsAnsweredWithSmallerOnes() throws IOException {
    wire.server.stubFor(
        get(urlPathEqualTo(LIST))
            .withQueryParam("n", equalTo("1000"))
            .willReturn(Wire.error(400, "PAGINATION_NUMBER_INVALID", "too many")));
    page(LIST + "?n=100", "", "a");
    assertThat(tags()).containsExactly("a");
  }

  @Test
  void pagesThatGoInACircleAreRefused() {
    page(LIST + "?n=1000", "<" + LIST + "?last=a>; rel=\"next\"", "a");
    page(LIST + "?last=a", "<" + LIST + "?n=1000>; rel=\"next\"", "b");
    assertThatThrownBy(this::tags)
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining("the pages never end");
  }

  @Test
  void pagesWithoutNewTagsAreRefusedInTheEnd() {
    for (int i = 0; i < 5; i++) {
      String url = i == 0 ? LIST + "?n=1000" : LIST + "?last=" + i;
      page(url, "<" + LIST + "?last=" + (i + 1) + ">; rel=\"next\"", "a");
    }
    assertThatThrownBy(this::tags)
        .isInstanceOf(RegistryException.class)
        .hasMessage(
            "listing the tags of %s: the pages never end: 3 in a row brought no new tag",
            wire.name());
  }

  @Test
  void aPageThatIsNotJsonIsTold() {
    always(Wire.json("welcome"));
    assertThatThrownBy(this::tags)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("the tags of " + wire.name());
  }

  @Test
  void refusedRightsSayWhatWasTried() {
    always(
        Wire.error(401, "UNAUTHORIZED", "authentication required")
            .withHeader("WWW-Authenticate", "Basic realm=\"x\""));
    assertThatThrownBy(this::tags)
        .isInstanceOfSatisfying(
            RegistryException.class,
            e -> assertThat(e.kind()).isEqualTo(RegistryException.Kind.NOT_AUTHORIZED))
        .hasMessage(
            "listing the tags of %s: not authorized (401: UNAUTHORIZED authentication required);"
                + " no login for %s was given; varve login %s makes one",
            wire.name(), wire.name(), wire.host());
  }

  @Test
  void aWarningIsToldOnce() throws IOException {
    var repository = wire.repository();
    always(Wire.json("{\"tags\":[\"b\"]}").withHeader("Warning", "299 - \"this goes away soon\""));
    repository.tags();
    repository.tags();
    assertThat(wire.notices).containsExactly(wire.host() + " warns: 299 - \"this goes away soon\"");
  }

  @Test
  void nobodyIsAskedToCompress() throws IOException {
    page(LIST + "?n=1000", "", "a");
    tags();
    wire.server.verify(
        getRequestedFor(urlPathEqualTo(LIST))
            .withHeader("Accept-Encoding", equalTo("identity"))
            .withHeader("User-Agent", equalTo("varve-test"))
            .withHeader("Authorization", absent()));
  }
}
