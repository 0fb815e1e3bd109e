package dev.varve.registry.fake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests that other clients work with the fake registry as with a real one. */
@Tag("judge")
final class FakeJudgeTest {
  @TempDir private Path directory;
  private FakeRegistry registry;

  @BeforeEach
  void start() throws IOException {
    registry = FakeRegistry.start();
  }

  @AfterEach
  void stop() throws IOException {
    registry.close();
  }

  private String run(String... command) throws Exception {
    Path errors = directory.resolve("stderr");
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(directory.toFile()).redirectError(errors.toFile());
    builder.environment().put("HOME", directory.toString());
    builder.environment().put("DOCKER_CONFIG", directory.resolve("docker").toString());
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      assumeTrue(false, command[0] + " is not installed");
      throw e;
    }
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor())
        .as(String.join(" ", command) + "\n" + Files.readString(errors) + registry.requests())
        .isZero();
    return output;
  }

  private String name(String path) {
    return registry.host() + "/" + path;
  }

  /** Asserts that a repository has the manifest, byte for byte, and its blobs. */
  private void expectSame(Manifest manifest, String repository, String tag) throws IOException {
    assertThat(registry.manifest(repository, tag)).hasValue(manifest.toBytes());
    for (Descriptor blob : manifest.blobs()) {
      assertThat(registry.blobs(repository)).contains(blob.digest());
    }
  }

  private void skopeo(String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(List.of("skopeo", "--insecure-policy", "copy", "--preserve-digests"));
    command.addAll(List.of("--src-tls-verify=false", "--dest-tls-verify=false"));
    command.addAll(List.of(arguments));
    run(command.toArray(String[]::new));
  }

  @Test
  void skopeoCopiesALayoutToTheRegistryAndBack() throws Exception {
    Manifest manifest = registry.putImage("seed", "v1", new byte[5_000_000], "two".getBytes(UTF_8));
    skopeo("docker://" + name("seed:v1"), "oci:layout:v1");
    skopeo("oci:layout:v1", "docker://" + name("a/b:v1"));
    expectSame(manifest, "a/b", "v1");
    skopeo("docker://" + name("a/b:v1"), "docker://" + name("c:v1"));
    expectSame(manifest, "c", "v1");
    assertThat(registry.openUploads()).isZero();
    assertThat(run("skopeo", "list-tags", "--tls-verify=false", "docker://" + name("a/b")))
        .contains("\"v1\"");
  }

  @Test
  void skopeoCopiesABlobThatIsLongerThanTheHeap() throws Exception {
    long size = Runtime.getRuntime().maxMemory() + 1;
    InputStream zeros =
        new InputStream() {
          private long left = size;

          @Override
          public int read() {
            throw new UnsupportedOperationException();
          }

          @Override
          public int read(byte[] buffer, int offset, int length) {
            int n = (int) Math.min(length, left);
            left -= n;
            return n == 0 ? -1 : n;
          }
        };
    Descriptor blob = registry.put("seed", zeros);
    assertThat(blob.size()).isEqualTo(size);
    Descriptor layer = new Descriptor(MediaTypes.OCI_LAYER, blob.digest(), size);
    Descriptor config = registry.putImage("seed", "small").config();
    Manifest manifest = new Manifest(config, List.of(layer), Map.of());
    registry.putManifest("seed", "v1", manifest.mediaType(), manifest.toBytes());
    registry.quirk(Quirk.NO_MOUNTS);
    skopeo("docker://" + name("seed:v1"), "docker://" + name("copy:v1"));
    expectSame(manifest, "copy", "v1");
    assertThat(registry.requests("PATCH .*").stream().mapToLong(RecordedRequest::bodyLength).max())
        .hasValue(size);
  }

  @Test
  void skopeoGetsATokenAndDeletes() throws Exception {
    registry.access().bearer("user", "secret").tokensLast(3);
    Manifest manifest = registry.putImage("seed", "v1", "one".getBytes(UTF_8));
    String creds = "--src-creds=user:secret";
    skopeo(creds, "docker://" + name("seed:v1"), "oci:layout:v1");
    registry.access().tokensLast(1000);
    skopeo("--dest-creds=user:secret", "oci:layout:v1", "docker://" + name("a:v1"));
    expectSame(manifest, "a", "v1");
    run(
        "skopeo",
        "delete",
        "--creds=user:secret",
        "--tls-verify=false",
        "docker://" + name("a:v1"));
    assertThat(registry.tags("a")).isEmpty();
  }

  @Test
  void craneCopiesMountsListsAndDeletes() throws Exception {
    Manifest manifest = registry.putImage("seed", "v1", new byte[5_000_000], "two".getBytes(UTF_8));
    registry.putImage("seed", "v2");
    registry.putImage("seed", "v3");
    registry.tagPage(1).access().bearer("user", "secret");
    run("crane", "auth", "login", registry.host(), "-u", "user", "-p", "secret");
    assertThat(run("crane", "ls", name("seed"))).isEqualTo("v1\nv2\nv3\n");
    run("crane", "pull", "--format=oci", name("seed:v1"), "pulled");
    run("crane", "push", "pulled", name("pushed:v1"));
    expectSame(manifest, "pushed", "v1");
    registry.clearRequests();
    run("crane", "copy", name("seed:v1"), name("copied:v1"));
    expectSame(manifest, "copied", "v1");
    assertThat(registry.requests("(PATCH|PUT) .*/blobs/.*")).isEmpty();
    run("crane", "delete", name("copied:v1"));
    assertThat(registry.tags("copied")).isEmpty();
  }

  @Test
  void craneReadsRedirectedBlobs() throws Exception {
    registry.quirk(Quirk.REDIRECTS_BLOBS).access().basic("user", "secret");
    registry.putImage("seed", "v1", "one".getBytes(UTF_8));
    run("crane", "auth", "login", registry.host(), "-u", "user", "-p", "secret");
    run("crane", "pull", "--format=oci", name("seed:v1"), "pulled");
    assertThat(registry.storageRequests()).noneMatch(RecordedRequest::authorized).isNotEmpty();
  }

  @Test
  void orasAttachesDiscoversAndPulls() throws Exception {
    Digest subject = registry.putImage("a", "v1", "one".getBytes(UTF_8)).descriptor().digest();
    Files.writeString(directory.resolve("note.txt"), "a note");
    run(
        "oras",
        "attach",
        "--plain-http",
        "--artifact-type",
        "application/x.note",
        name("a:v1"),
        "note.txt:text/plain");
    assertThat(registry.requests("PUT /v2/a/manifests/.*")).hasSize(1);
    assertThat(run("oras", "discover", "--plain-http", "--format", "json", name("a:v1")))
        .contains("application/x.note");
    Digest referrer = registry.manifests("a").get(1);
    run("oras", "pull", "--plain-http", "-o", "out", name("a") + "@" + referrer);
    assertThat(directory.resolve("out/note.txt")).hasContent("a note");
    assertThat(registry.requests("GET /v2/a/referrers/" + subject)).isNotEmpty();
  }

  @Test
  void orasKeepsTheFallbackTagWhereThereAreNoReferrers() throws Exception {
    Digest subject = registry.putImage("a", "v1").descriptor().digest();
    registry.quirk(Quirk.NO_REFERRERS);
    Files.writeString(directory.resolve("note.txt"), "a note");
    for (String type : List.of("application/x.one", "application/x.two")) {
      run("oras", "attach", "--plain-http", "--artifact-type", type, name("a:v1"), "note.txt");
    }
    assertThat(registry.tags("a")).containsExactly("sha256-" + subject.hex(), "v1");
    assertThat(run("oras", "discover", "--plain-http", "--format", "json", name("a:v1")))
        .contains("application/x.one")
        .contains("application/x.two");
  }

  @Test
  void orasCopiesAnImageWithItsReferrers() throws Exception {
    Descriptor image = registry.putImage("a", "v1", "one".getBytes(UTF_8)).descriptor();
    Descriptor config = registry.put("a", "{}".getBytes(UTF_8));
    Manifest referrer =
        new Manifest(
            MediaTypes.OCI_MANIFEST,
            Optional.of("application/x"),
            config,
            List.of(),
            Optional.of(image),
            Map.of());
    Digest digest = referrer.descriptor().digest();
    registry.putManifest("a", digest.toString(), referrer.mediaType(), referrer.toBytes());
    String http = "--from-plain-http";
    run("oras", "copy", "-r", http, "--to-plain-http", name("a:v1"), name("b:v1"));
    assertThat(registry.manifests("b")).containsExactlyInAnyOrder(image.digest(), digest);
  }
}
