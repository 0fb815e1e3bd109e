package dev.varve.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.bytes.Progress;
import dev.varve.core.fuzz.FuzzTarget;
import dev.varve.core.fuzz.FuzzTargets;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageIndex;
import dev.varve.core.json.JsonObject;
import dev.varve.registry.credentials.Logins;
import dev.varve.registry.endpoint.Answers;
import dev.varve.registry.endpoint.Endpoint;
import dev.varve.registry.endpoint.Tokens;
import dev.varve.registry.fuzz.FuzzedResponse;
import dev.varve.registry.http.Http;
import dev.varve.registry.http.HttpSettings;
import dev.varve.registry.http.Redirects;
import dev.varve.registry.http.wire.ApacheTransport;
import dev.varve.registry.name.RepositoryName;
import java.io.IOException;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/** The readers of listings. */
public final class RegistryTargets implements FuzzTargets {
  private static final HttpSettings SETTINGS = HttpSettings.defaults("varve-test/1");
  private static final RepositoryName NAME = RepositoryName.parse("registry.example/owner/os");

  private final Http http = new Http(SETTINGS, new ApacheTransport(SETTINGS), Progress.SILENT);
  private final Endpoint endpoint =
      new Endpoint(
          NAME,
          http,
          new Tokens(http, Logins.NONE, NAME.host(), NAME.path()),
          Progress.SILENT,
          new HashSet<>());

  /** Returns the endpoint of a repository, which is not asked. */
  Endpoint endpoint() {
    return endpoint;
  }

  @Override
  public List<FuzzTarget> targets() {
    return List.of(
        FuzzTarget.ofText(
            "link",
            this::readLink,
            "</v2/owner/os/tags/list?n=2&last=b>; rel=\"next\"",
            "<https://registry.example/x>; title=\"a\"; rel=next, <y>; rel=last"),
        FuzzTarget.ofText(
            "tags", RegistryTargets::readTags, "{\"name\":\"owner/os\",\"tags\":[\"a\"]}"),
        FuzzTarget.ofText(
            "referrers",
            RegistryTargets::readReferrers,
            """
            {"schemaVersion":2,"manifests":[{"mediaType":"a/b","size":1,"digest":"sha256:%s",
            "artifactType":"c/d","annotations":{"e":"f"}}]}"""
                .formatted("ab".repeat(32))));
  }

  private void readLink(byte[] header) throws IOException {
    FuzzedResponse page = FuzzedResponse.ofHeader("Link", new String(header, UTF_8));
    Optional<URI> next = new Links(endpoint, "listing").next(page);
    next.ifPresent(uri -> assertThat(Redirects.isSameHost(uri, page.uri())).isTrue());
  }

  private static void readTags(byte[] body) throws IOException {
    JsonObject json = Answers.json(FuzzedResponse.ofBody(200, body), body, "listing", "the tags");
    assertThat(json.strings("tags")).doesNotContainNull();
  }

  private static void readReferrers(byte[] body) throws IOException {
    Answers.json(FuzzedResponse.ofBody(200, body), body, "listing", "the referrers");
    ImageIndex.parse(body, "the referrers")
        .manifests()
        .forEach(each -> assertThat(Digest.parse(each.digest().toString())).isNotNull());
  }
}
