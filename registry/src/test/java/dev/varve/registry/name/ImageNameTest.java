package dev.varve.registry.name;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.core.image.Digest;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ImageNameTest {
  private static final String HEX = "ab".repeat(32);
  private static final String FORM = "expected HOST[:PORT]/PATH[:TAG][@DIGEST], got ";

  @ParameterizedTest
  @CsvSource({
    "ghcr.io/owner/name:40-20251011, ghcr.io, owner/name, 40-20251011",
    "ghcr.io/owner/name, ghcr.io, owner/name, latest",
    "localhost:5000/a/b/c/d:x, localhost:5000, a/b/c/d, x",
    "localhost/a:x, localhost, a, x",
    "10.0.0.1:80/a:X_y.Z-1, 10.0.0.1:80, a, X_y.Z-1",
    "GHCR.io/owner/name:T, ghcr.io, owner/name, T",
    "registry:5000/a__b/c-d.e, registry:5000, a__b/c-d.e, latest",
  })
  void aNameHasHostPathAndTag(String text, String host, String path, String tag) {
    ImageName name = ImageName.parse(text);
    assertThat(name)
        .isEqualTo(
            new ImageName(new RepositoryName(host, path), Optional.of(tag), Optional.empty()));
    assertThat(name).hasToString(host + "/" + path + ":" + tag);
  }

  @Test
  void aDigestReplacesTheTag() {
    String text = "ghcr.io/owner/name@sha256:" + HEX;
    assertThat(ImageName.parse(text))
        .isEqualTo(
            new ImageName(
                new RepositoryName("ghcr.io", "owner/name"),
                Optional.empty(),
                Optional.of(new Digest(HEX))));
    assertThat(ImageName.parse(text)).hasToString(text);
  }

  @Test
  void aNameMayHaveTagAndDigest() {
    String text = "ghcr.io/owner/name:x@sha256:" + HEX;
    assertThat(ImageName.parse(text).tag()).contains("x");
    assertThat(ImageName.parse(text).digest()).contains(new Digest(HEX));
    assertThat(ImageName.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @CsvSource({
    "docker.io/library/alpine, docker.io/library/alpine:latest",
    "docker.io/alpine:3, docker.io/library/alpine:3",
    "docker.io/owner/name, docker.io/owner/name:latest",
    "index.docker.io/owner/name, docker.io/owner/name:latest",
    "registry-1.docker.io/owner/name, docker.io/owner/name:latest",
  })
  void dockerHubHasOneName(String text, String expected) {
    assertThat(ImageName.parse(text)).hasToString(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "ghcr.io/Owner/Name:Tag, ghcr.io/owner/name:Tag",
    "ghcr.io/owner/NAME, ghcr.io/owner/name",
    "GHCR.IO/OWNER/name, ghcr.io/owner/name",
  })
  void anUpperCaseNameIsRefusedWithTheLowerCaseName(String text, String lower) {
    assertThatThrownBy(() -> ImageName.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(FORM + "\"" + text + "\"; repository names are lower case: " + lower);
  }

  @ParameterizedTest
  @CsvSource({
    "owner/name, docker.io/owner/name",
    "Owner/Name:Tag, docker.io/owner/name:Tag",
    "alpine, docker.io/library/alpine",
    "alpine:3.19, docker.io/library/alpine:3.19",
    "scratch, docker.io/library/scratch",
  })
  void aMissingHostIsRefusedWithASuggestion(String text, String guess) {
    assertThatThrownBy(() -> ImageName.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            FORM + "\"" + text + "\"; the host is missing: on Docker Hub it would be " + guess);
  }

  @ParameterizedTest
  @CsvSource({
    "https://ghcr.io/owner/name, https://",
    "http://localhost:5000/a, http://",
    "docker://ghcr.io/owner/name, docker://",
  })
  void aSchemeIsRefused(String text, String scheme) {
    assertThatThrownBy(() -> ImageName.parse(text))
        .hasMessage(FORM + "\"" + text + "\"; leave out " + scheme);
  }

  @ParameterizedTest
  @CsvSource({"ghcr.io", "localhost", "localhost:5000", "ghcr.io:tag"})
  void aMissingPathIsRefused(String text) {
    assertThatThrownBy(() -> ImageName.parse(text))
        .hasMessageStartingWith(FORM + "\"" + text + "\"; a path such as ")
        .hasMessageEndingWith("/owner/name is missing");
  }

  @Test
  void aSlashAtTheEndIsRefused() {
    assertThatThrownBy(() -> ImageName.parse("ghcr.io/owner/"))
        .hasMessage(FORM + "\"ghcr.io/owner/\"; leave out the slash at its end");
  }

  @ParameterizedTest
  @ValueSource(strings = {".x", "-x", "a+b", "", "a b", "ü"})
  void aMalformedTagIsRefused(String tag) {
    assertThatThrownBy(() -> ImageName.parse("ghcr.io/owner/name:" + tag))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "expected a tag of at most 128 letters, digits, underscores, dots and dashes, the first"
                + " no dot or dash, got \""
                + tag
                + "\"");
  }

  @Test
  void aTagHasAtMost128Characters() {
    String longest = "x".repeat(128);
    assertThat(ImageName.parse("a.io/b:" + longest).tag()).contains(longest);
    assertThatThrownBy(() -> ImageName.parse("a.io/b:" + longest + "x"))
        .hasMessageStartingWith("expected a tag of at most 128 letters");
  }

  @Test
  void aDigestMayBeASha512() {
    String digest = "sha512:" + "ab".repeat(64);
    ImageName name = ImageName.parse("ghcr.io/owner/name:v1@" + digest);
    assertThat(name.digest()).contains(Digest.parse(digest));
    assertThat(name).hasToString("ghcr.io/owner/name:v1@" + digest);
    assertThat(ImageName.parse("ghcr.io/owner/name@" + digest).tag()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "ghcr.io/a@sha256:abc, 'expected 64 lower-case hexadecimal characters, got \"abc\"'",
    "ghcr.io/a:t@, 'expected a digest of the form sha256:<hex> or sha512:<hex>, got \"\"'",
    "ghcr.io/a@sha512:abc, 'expected 128 lower-case hexadecimal characters, got \"abc\"'",
    "ghcr.io/a@x@y, 'expected a digest of the form sha256:<hex> or sha512:<hex>, got \"x@y\"'",
  })
  void aMalformedDigestIsRefused(String text, String message) {
    assertThatThrownBy(() -> ImageName.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "/",
        "/a/b",
        "ghcr.io//a",
        "ghcr.io/-a",
        "ghcr.io/a b",
        "ghcr.io/a..b",
        "ghcr.io/ä",
        "-x.io/a",
        "a.io:x/b",
        ":t",
        "@",
        "ghcr.io/a?x",
        "ghcr.io/../a"
      })
  void aMalformedNameIsRefused(String text) {
    assertThatThrownBy(() -> ImageName.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(FORM + "\"" + text + "\"");
  }

  @Test
  void aRepositoryHasNeitherTagNorDigest() {
    assertThat(RepositoryName.parse("GHCR.io/owner/name"))
        .isEqualTo(new RepositoryName("ghcr.io", "owner/name"))
        .hasToString("ghcr.io/owner/name");
    assertThat(RepositoryName.parse("localhost:5000/a")).hasToString("localhost:5000/a");
    for (String more : new String[] {":x", "@sha256:" + HEX, ":x@sha256:" + HEX}) {
      assertThatThrownBy(() -> RepositoryName.parse("a.io:80/b" + more))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "expected a repository, without tag or digest, got \"a.io:80/b"
                  + more
                  + "\"; its repository is a.io:80/b");
    }
    assertThatThrownBy(() -> RepositoryName.parse("ghcr.io/Owner/name"))
        .hasMessage(
            "expected HOST[:PORT]/PATH, got \"ghcr.io/Owner/name\"; repository names are lower"
                + " case: ghcr.io/owner/name");
  }

  @Test
  void theRecordsCheckTheirParts() {
    assertThatThrownBy(() -> new RepositoryName("ghcr.io", "Owner"))
        .isInstanceOf(IllegalArgumentException.class);
    RepositoryName repository = new RepositoryName("ghcr.io", "owner/name");
    assertThatThrownBy(() -> new ImageName(repository, Optional.empty(), Optional.empty()))
        .hasMessage("expected a tag or a digest for ghcr.io/owner/name");
    assertThatThrownBy(() -> new ImageName(repository, Optional.of("a/b"), Optional.empty()))
        .hasMessageEndingWith("got \"a/b\"");
  }

  @Test
  void aNameHasAtMost1024Characters() {
    String name = "ghcr.io/" + "a/".repeat(508);
    assertThat(ImageName.parse(name.substring(0, 1021) + ":x").tag()).contains("x");
    assertThatThrownBy(() -> ImageName.parse(name + "a:x"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "expected HOST[:PORT]/PATH[:TAG][@DIGEST] of at most 1024 characters, got 1027");
    assertThatThrownBy(() -> new RepositoryName("ghcr.io", "a/".repeat(100_000) + "a"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
