package dev.varve.runner.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.core.image.Descriptor;
import dev.varve.core.image.ImageConfig;
import dev.varve.core.image.ImageSink;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.image.Platform;
import dev.varve.core.image.PlatformChoice;
import dev.varve.core.layout.OciLayout;
import dev.varve.core.notes.Formatters;
import dev.varve.core.notes.Notes;
import dev.varve.core.plan.PlanState;
import dev.varve.core.state.PublishedImage;
import dev.varve.runner.RechunkResult;
import dev.varve.runner.SealedImageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The container engine with real podman: the variables of its scripts, and its results. */
@Tag("judge")
final class ContainerEngineJudgeTest extends ContainerFixture {
  private static Notes version(String template) {
    return new Notes(
        Optional.of(template), Optional.empty(), Optional.empty(), Formatters.DEFAULT, List.of());
  }

  /** Makes an image as the tool publishes, and opens the image. */
  private ImageSource previous(String version) throws IOException {
    Path layout = directory.resolve("previous");
    String info =
        "{\"version\":2,\"uniq\":\"x\",\"packages\":{\"tool\":\"0.9-1\"},\"layers\":[[\"tool\"]],"
            + "\"revision\":\"$(touch /tmp/varve-was-here)\"}";
    ImageConfig config =
        new ImageConfig(
                ImageConfig.forPlatform(Platform.parse("linux/amd64"))
                    .json()
                    .with("created", "2025-10-10T00:00:00Z"))
            .withLabels(
                Map.of("org.opencontainers.image.version", version, "dev.hhd.rechunk.info", info));
    try (ImageSink sink = OciLayout.create(layout, "", "oci:previous")) {
      Manifest manifest =
          new Manifest(
              sink.write(MediaTypes.OCI_CONFIG, config.toBytes()), List.<Descriptor>of(), Map.of());
      sink.commit(manifest, config.platform(), List.of());
    }
    return OciLayout.open(layout, "", PlatformChoice.any(), "oci:previous");
  }

  @Test
  void theScriptsGetAllVariablesThatTheActionSets() throws Exception {
    Path meta = Files.writeString(directory.resolve("meta.yml"), "meta: {}\n");
    Path git = Files.createDirectories(directory.resolve("checkout"));
    Notes notes =
        new Notes(
            Optional.of("41.<date>"),
            Optional.of("Forty-one"),
            Optional.of("news: <pkgupd>"),
            Formatters.parse(List.of("commits.commit=* <subject>\\n")),
            List.of());
    RechunkResult result =
        rechunk(
            podman(),
            settings().meta(meta).git(git),
            request ->
                request
                    .notes(notes)
                    .maxLayers(7)
                    .label("title", "OS <version>")
                    .label("b", "c=d")
                    .label(Notes.DESCRIPTION_LABEL, "An OS.\nOf two lines.")
                    .label(Notes.REVISION_LABEL, "0123abc"));

    assertThat(progressLines)
        .contains(
            "prune: Pruning files in /var/tree",
            "commit: Committed ref master to repo /var/ostree/repo",
            "chunk: told: OUT_NAME=varve-source-judge_tag",
            "chunk: told: OUT_REF=oci:varve-source-judge_tag",
            "chunk: told: REPO=/var/ostree/repo",
            "chunk: told: MAX_LAYERS=5",
            "chunk: told: CLEAR_PLAN=1",
            "chunk: told: LABELS=title=OS <version>",
            "chunk: told: b=c=d",
            "chunk: told: FORMATTERS=commits.commit=* <subject>\\n",
            "chunk: told: VERSION=41.<date>",
            "chunk: told: VERSION_FN=/workspace/version.txt",
            "chunk: told: PRETTY=Forty-one",
            "chunk: told: DESCRIPTION=An OS.",
            "chunk: told: Of two lines.",
            "chunk: told: CHANGELOG=news: <pkgupd>",
            "chunk: told: GIT_DIR=/var/git",
            "chunk: told: REVISION=0123abc",
            "chunk: meta: meta: {}")
        .anyMatch(line -> line.startsWith("prune: chmod: ./usr/etc/no-such-directory"))
        .noneMatch(line -> line.contains("SKIP_COMPRESSION") || line.contains("PREV_"));
    try (ImageSource image =
        OciLayout.open(directory.resolve("dest"), "", PlatformChoice.any(), "oci:dest")) {
      assertThat(image.config().labels().get("title")).matches("OS 41\\.[0-9]{6}");
      assertThat(image.config().labels())
          .containsEntry("org.opencontainers.image.description", "An OS.\nOf two lines.")
          .containsEntry("rechunk.version", "hhd-dev/rechunk localhost/" + NAME + ":none");
      assertThat(result.notes().version().orElseThrow()).matches("41\\.[0-9]{6}");
      assertThat(result.notes().changelog()).isEqualTo("news: -\n");
    }
    StandIn.run("podman", "image", "exists", SOURCE);
  }

  @Test
  void anImageWhoseSealWouldBreakIsRefused() throws Exception {
    String digest = "0123456789abcdef".repeat(4);
    Path root = directory.resolve("sealed");
    Files.createDirectories(root.resolve("boot/EFI/Linux"));
    Files.writeString(root.resolve("boot/EFI/Linux/os.efi"), "MZ\0rw composefs=" + digest + "\0");
    Path tar = directory.resolve("sealed.tar");
    StandIn.run("tar", "-C", root.toString(), "-cf", tar.toString(), ".");
    StandIn.run("podman", "tag", SOURCE, "localhost/varve-source-judge:spare");
    try {
      StandIn.run("podman", "import", "--quiet", tar.toString(), SOURCE);

      assertThatThrownBy(() -> rechunk(settings().tool(ABSENT)))
          .isExactlyInstanceOf(SealedImageException.class)
          .hasMessageContaining("the kernel command line in /boot/EFI/Linux/os.efi has")
          .hasMessageContaining(
              "the composefs digest " + digest + ", and hhd-dev/rechunk removes all mtimes");
    } finally {
      StandIn.run("podman", "rmi", "--force", SOURCE);
      StandIn.run("podman", "tag", "localhost/varve-source-judge:spare", SOURCE);
      StandIn.run("podman", "rmi", "localhost/varve-source-judge:spare");
    }
  }

  @Test
  void theSourceIsRemovedToFreeSpaceOnRequest() throws Exception {
    StandIn.run("podman", "tag", SOURCE, "localhost/varve-source-judge:spare");
    rechunk(settings().keepSource(false));

    assertThat(progressLines)
        .contains("note: removed " + SOURCE + " from podman's storage to make room");
    assertThat(StandIn.run("podman", "images", "--format", "{{.Tag}}")).doesNotContain("tag\n");
    StandIn.run("podman", "tag", "localhost/varve-source-judge:spare", SOURCE);
    StandIn.run("podman", "rmi", "localhost/varve-source-judge:spare");
  }

  @Test
  void aVersionThatThePreviousImageHasGetsANumber() throws Exception {
    try (ImageSource previous = previous("41.1")) {
      RechunkResult result =
          rechunk(
              podman(), settings(), request -> request.notes(version("41.1")).previous(previous));

      assertThat(result.previous().orElseThrow().state().packages())
          .isEqualTo(Map.of("tool", "0.9-1"));
      assertThat(progressLines)
          .contains("chunk: told: PREV_MANIFEST=/workspace/_previous.manifest.json")
          .contains(
              "note: the revision \"$(touch /tmp/varve-was-here)\" of oci:previous is not a name"
                  + " that git can look up: the changelog will have no commits")
          .noneMatch(line -> line.contains("CLEAR_PLAN"));
    }
    try (ImageSource image =
        OciLayout.open(directory.resolve("dest"), "", PlatformChoice.any(), "oci:dest")) {
      assertThat(image.config().labels()).containsEntry("org.opencontainers.image.version", "41.2");
    }
  }

  @Test
  void theThirdBuildOfADayGetsAThirdVersion() throws Exception {
    try (ImageSource previous = previous("41.1")) {
      RechunkResult result =
          rechunk(podman(), settings(), request -> request.notes(version("41")).previous(previous));

      assertThat(result.notes().version()).contains("41.2");
    }
  }

  @Test
  void theMaximumOfLayersIsKeptEvenIfAPlanIsContinued() throws Exception {
    RechunkResult fresh = rechunk(podman(), settings(), request -> request.maxLayers(6));
    assertThat(fresh.image().layers()).hasSize(6);
    assertThat(progressLines).contains("chunk: told: MAX_LAYERS=4");
    progressLines.clear();
    try (ImageSource previous =
        OciLayout.open(directory.resolve("dest"), "", PlatformChoice.any(), "oci:dest")) {
      RechunkResult continued =
          rechunk(podman(), settings(), request -> request.maxLayers(6).previous(previous));

      assertThat(continued.image().layers()).hasSize(6);
      assertThat(progressLines)
          .contains("chunk: told: MAX_LAYERS=3")
          .noneMatch(line -> line.contains("requested, because it keeps"));

      rechunk(podman(), settings(), request -> request.maxLayers(4).previous(previous));
      assertThat(progressLines).contains("chunk: told: MAX_LAYERS=1");
      assertThatThrownBy(
              () ->
                  rechunk(podman(), settings(), request -> request.maxLayers(3).previous(previous)))
          .hasMessage(
              "planning at most 3 layers: the container engine adds 3 layers of its own; expected"
                  + " a larger number");
    }
  }

  @Test
  void theStateIsAttachedToTheImage() throws Exception {
    RechunkResult result = rechunk(settings());

    assertThat(result.hasState()).isTrue();
    try (ImageSource image =
        OciLayout.open(directory.resolve("dest"), "", PlatformChoice.any(), "oci:dest")) {
      PlanState state = PublishedImage.attachedState(image).orElseThrow();
      assertThat(result.image().state()).isEqualTo(state);
      assertThat(state.components()).containsKey("dir:/usr/bin");
    }
  }

  @Test
  void aVersionWithoutAFreeNumberFails() throws Exception {
    List<String> taken =
        List.of("41", "41.1", "41.2", "41.3", "41.4", "41.5", "41.6", "41.7", "41.8", "41.9");
    try (ImageSource previous = previous("40")) {
      assertThatThrownBy(
              () ->
                  rechunk(
                      podman(),
                      settings().taken(taken),
                      request -> request.notes(version("41")).previous(previous)))
          .hasMessage(
              "reading the version that hhd-dev/rechunk chose: 41.9 is in use, and all"
                  + " numbers up to .9");
    }
  }

  @Test
  void aVersionLabelMustEqualTheChosenVersion() throws Exception {
    try (ImageSource previous = previous("41")) {
      assertThatThrownBy(
              () ->
                  rechunk(
                      podman(),
                      settings(),
                      request ->
                          request
                              .previous(previous)
                              .label("org.opencontainers.image.version", "41")))
          .hasMessage(
              "reading the version that hhd-dev/rechunk chose: expected 41, got 41.1; the previous"
                  + " image has the requested version");
    }
  }

  @Test
  void aVersionLabelMayBeATemplate() throws Exception {
    RechunkResult result =
        rechunk(podman(), settings(), request -> request.label(Notes.VERSION_LABEL, "41.<date>"));

    assertThat(result.notes().version().orElseThrow()).matches("41\\.[0-9]{6}");
  }
}
