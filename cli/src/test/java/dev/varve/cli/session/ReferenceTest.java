package dev.varve.cli.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.varve.cli.session.Reference.Transport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ReferenceTest {
  private static final String FORMS =
      "docker://HOST/PATH[:TAG][@DIGEST], oci:DIR[:TAG], oci-archive:FILE[:TAG],"
          + " docker-archive:FILE[:REF], containers-storage:REF, rootfs:DIR";

  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource({
    "oci:dir, OCI, dir, ''",
    "oci:a/dir:tag, OCI, a/dir, tag",
    "oci:dir:quay.io/os:1, OCI, dir, quay.io/os:1",
    "oci-archive:/f.tar:tag, OCI_ARCHIVE, /f.tar, tag",
    "docker-archive:f.tar:localhost/os:1, DOCKER_ARCHIVE, f.tar, localhost/os:1",
    "containers-storage:localhost/os:1, CONTAINERS_STORAGE, localhost/os:1, ''",
    "rootfs:/a:b, ROOTFS, /a:b, ''"
  })
  void eachTransportIsParsed(String text, Transport transport, String location, String name) {
    assertThat(Reference.parse(text)).isEqualTo(new Reference(transport, text, location, name));
  }

  @ParameterizedTest
  @CsvSource({
    "oci:, oci:DIR[:TAG]",
    "oci::tag, oci:DIR[:TAG]",
    "oci:dir:, oci:DIR[:TAG]",
    "rootfs:, rootfs:DIR",
    "containers-storage:, containers-storage:REF"
  })
  void anIncompleteReferenceIsRefused(String text, String form) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Reference.parse(text))
        .withMessage("expected " + form + ", got \"" + text + "\"");
  }

  @ParameterizedTest
  @CsvSource({
    "docker://ghcr.io/owner/os:40, ghcr.io/owner/os, 40",
    "docker://localhost:5000/os, localhost:5000/os, latest",
    "docker://docker.io/alpine, docker.io/library/alpine, latest",
  })
  void anImageInARegistryIsParsed(String text, String repository, String tag) {
    Reference reference = Reference.parse(text);
    assertThat(reference).isEqualTo(new Reference(Transport.DOCKER, text, repository, tag));
    assertThat(reference.repository()).hasToString(repository);
  }

  @Test
  void aDigestTakesPrecedenceOverATag() {
    String digest = "sha256:" + "ab".repeat(32);
    assertThat(Reference.parse("docker://ghcr.io/owner/os:40@" + digest).name()).isEqualTo(digest);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "docker:ghcr.io/a | expected docker://HOST/PATH[:TAG][@DIGEST], got \"docker:ghcr.io/a\"",
        "docker://ghcr.io/Owner/Os:T | expected HOST[:PORT]/PATH[:TAG][@DIGEST], got"
            + " \"ghcr.io/Owner/Os:T\"; repository names are lower case: ghcr.io/owner/os:T",
        "docker://owner/os | expected HOST[:PORT]/PATH[:TAG][@DIGEST], got \"owner/os\"; the host"
            + " is missing: on Docker Hub it would be docker.io/owner/os",
      })
  void aWrongNameInARegistryIsRefused(String text, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Reference.parse(text))
        .withMessage(message);
  }

  @Test
  void aRepositoryIsNamedWithItsTransportOrWithout() {
    assertThat(Reference.repository("docker://ghcr.io/owner/os")).hasToString("ghcr.io/owner/os");
    assertThat(Reference.repository("ghcr.io/owner/os")).hasToString("ghcr.io/owner/os");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Reference.repository("docker://ghcr.io/owner/os:40"))
        .withMessage(
            "expected a repository, without tag or digest, got \"ghcr.io/owner/os:40\"; its"
                + " repository is ghcr.io/owner/os");
  }

  @Test
  void aWebAddressIsRecognized() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Reference.parse("https://ghcr.io/owner/os"))
        .withMessageEndingWith("; did you mean docker://ghcr.io/owner/os?");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "nothing", "tarball:x", "OCI:x", ":"})
  void anUnknownTransportIsRefusedWithTheKnownOnes(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Reference.parse(text))
        .withMessage("unknown transport in \"" + text + "\"; expected " + FORMS);
  }

  @ParameterizedTest
  @CsvSource({
    "podman:localhost/os:v1, containers-storage:localhost/os:v1",
    "storage:localhost/os, containers-storage:localhost/os",
    "dir:out, oci:out"
  })
  void otherNamesOfTransportsAreRecognized(String text, String meant) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Reference.parse(text))
        .withMessageEndingWith("; did you mean " + meant + "?");
  }

  @Test
  void aBareLayoutIsRecognized() throws IOException {
    Files.createFile(directory.resolve("oci-layout"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Reference.parse(directory + ":tag"))
        .withMessageEndingWith("; did you mean oci:" + directory + ":tag?");
  }

  @Test
  void aBareDirectoryIsRecognized() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Reference.parse(directory.toString()))
        .withMessageEndingWith("; did you mean rootfs:" + directory + "?");
  }

  @Test
  void aBareFileIsRecognized() throws IOException {
    Path file = Files.createFile(directory.resolve("f.tar"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Reference.parse(file.toString()))
        .withMessageEndingWith(
            "; did you mean oci-archive:" + file + " or docker-archive:" + file + "?");
  }

  @ParameterizedTest
  @ValueSource(strings = {"quay.io/fedora/fedora-bootc:42", "localhost:5000/os", "localhost/os"})
  void anImagesNameIsRecognized(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Reference.parse(text))
        .withMessageEndingWith(
            "; docker://%1$s is the image in the registry, and containers-storage:%1$s is podman's copy of it"
                .formatted(text));
  }
}
