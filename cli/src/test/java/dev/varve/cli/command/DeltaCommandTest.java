package dev.varve.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.varve.cli.Cli;
import dev.varve.cli.Cli.Run;
import dev.varve.cli.Sample;
import dev.varve.core.image.Digest;
import dev.varve.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests varve delta, and varve copy --from with deltas in layouts. */
final class DeltaCommandTest {
  private static final byte[] PROGRAM = noise(1);
  private static final byte[] SERVICES = noise(2);
  private static final byte[] KEPT = noise(3);

  @TempDir private Path directory;
  private Cli cli;
  private Digest old;
  private Digest next;

  private static byte[] noise(long seed) {
    byte[] bytes = new byte[50_000];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static byte[] edited(byte[] bytes) {
    byte[] edited = bytes.clone();
    edited[20_000]++;
    return edited;
  }

  @BeforeEach
  void writeImages() throws IOException {
    cli = new Cli(directory);
    old = image("old", PROGRAM, SERVICES);
    next = image("new", edited(PROGRAM), edited(SERVICES));
  }

  private Digest image(String tag, byte[] program, byte[] services) throws IOException {
    return new Sample()
        .file("usr/bin/program", program)
        .file("etc/services", services)
        .file("usr/lib/kept", KEPT)
        .writeTo(directory.resolve("os"), tag)
        .digest();
  }

  private Run varve(String... line) {
    Run run = cli.run(line);
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run;
  }

  private JsonObject create(String from, String to, String destination) throws IOException {
    return varve("delta", "create", "-q", "--json", from, to, destination).json();
  }

  private JsonObject create(String destination) throws IOException {
    return create("oci:DIR/os:old", "oci:DIR/os:new", destination);
  }

  /** Removes the layers of the new image that the old one lacks, which can't be read afterwards. */
  private void removeChangedLayers() throws IOException {
    for (JsonObject layer : layers("os").subList(0, 2)) {
      Digest digest = Digest.parse(layer.string("digest"));
      Files.delete(directory.resolve("os/blobs/sha256/" + digest.hex()));
    }
  }

  /** Returns the layers of the new image in a layout. */
  private List<JsonObject> layers(String layout) throws IOException {
    Path manifest = directory.resolve(layout + "/blobs/sha256/" + next.hex());
    return JsonObject.parse(Files.readAllBytes(manifest), "manifest").objects("layers");
  }

  private String layer(String layout, int index) throws IOException {
    return Digest.parse(layers(layout).get(index).string("digest")).abbreviated();
  }

  private void write(String root, String path, byte[] content) throws IOException {
    Path file = directory.resolve(root).resolve(path);
    Files.createDirectories(file.getParent());
    Files.write(file, content);
  }

  @Test
  void theSameImagesGiveTheSameArtifact() throws IOException {
    JsonObject first = create("oci-archive:DIR/one");
    JsonObject second = create("oci-archive:DIR/two");

    assertThat(first).isEqualTo(second);
    assertThat(directory.resolve("one")).hasSameBinaryContentAs(directory.resolve("two"));
    assertThat(create("oci:DIR/layout")).isEqualTo(first);
  }

  @Test
  void theDeltaIsReported() throws IOException {
    Run run = varve("delta", "create", "oci:DIR/os:old", "oci:DIR/os:new", "oci-archive:DIR/delta");

    assertThat(run.out()).isEmpty();
    JsonObject json = create("oci-archive:DIR/delta");
    assertThat(run.lines())
        .containsExactly(
            "reading 3 layers of oci:DIR/os:old (155.1 kB)",
            "  took 0.0 s",
            "comparing 2 layers with oci:DIR/os:old (103.4 kB)",
            "  took 0.0 s",
            "",
            json.string("digest"),
            "  from    " + old,
            "  to      " + next,
            "  delta   1.3 kB",
            "  layers  2 layers of 103.4 kB replaced, 1 kept");
    assertThat(json.number("layers")).isEqualTo(2);
    assertThat(json.number("keptLayers")).isEqualTo(1);
    assertThat(json.number("deltaBytes")).isBetween(500L, 3000L);
  }

  @Test
  void theDeltasOfAnImageAreListed() throws IOException {
    Run none = varve("delta", "list", "oci:DIR/os:new");
    assertThat(none.report()).containsExactly("oci:DIR/os:new has no deltas");
    JsonObject made = create("oci:DIR/os");

    JsonObject listed = varve("delta", "list", "--json", "oci:DIR/os:new").json();

    assertThat(listed.string("digest")).isEqualTo(next.toString());
    assertThat(listed.objects("deltas")).containsExactly(made);
    assertThat(varve("delta", "list", "oci:DIR/os:old").report())
        .containsExactly("oci:DIR/os:old has no deltas");
    assertThat(varve("delta", "list", "oci:DIR/os:new").report())
        .hasSize(2)
        .last(STRING)
        .isEqualTo("  " + old + "  1.3 kB  103.4 kB  " + made.string("digest"));
  }

  @Test
  void anImageIsRebuiltFromADeltaAlone() throws IOException {
    create("oci-archive:DIR/delta");

    Run run =
        varve(
            "delta",
            "apply",
            "-q",
            "--json",
            "oci-archive:DIR/delta",
            "--from",
            "oci:DIR/os:old",
            "oci:DIR/applied:x");

    assertThat(run.json().string("digest")).isEqualTo(next.toString());
    assertThat(run.json().number("wholeBytes")).isZero();
    assertThat(run.lines())
        .containsExactly(
            "",
            "oci:DIR/applied:x@" + next,
            "  blobs    4, 155.5 kB",
            "  kept     51.7 kB of layers that the old image has",
            "  rebuilt  103.4 kB of layers, from 247 B of a delta",
            "  whole    0 B of layers");
    assertThat(cli.run("verify-content", "-q", "oci:DIR/os:new", "oci:DIR/applied:x").exitCode())
        .isZero();
    assertThat(cli.scratch()).isEmpty();
  }

  @Test
  void aTagDoesNotNameADelta() throws IOException {
    create("oci:DIR/os");

    Run run = cli.run("delta", "inspect", "oci:" + directory + "/os:old");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .contains(
            "/os:old: expected no tag, which names an image; an artifact is found by its type");
  }

  @Test
  void aDeltaFromAnotherImageIsNotApplied() throws IOException {
    create("oci-archive:DIR/delta");
    image("other", noise(4), noise(5));

    Run run =
        cli.run(
            "delta",
            "apply",
            "-q",
            "oci-archive:DIR/delta",
            "--from",
            "oci:DIR/os:other",
            "oci:DIR/applied:x");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.linesWithoutDigests())
        .containsExactly(
            "note: oci:DIR/os:other is not the image that the delta was made from",
            "varve: layer digest123456 is not in oci-archive:DIR/delta and can't be rebuilt from"
                + " oci:DIR/os:other: expected diffID sha256:…, got sha256:…");
    assertThat(directory.resolve("applied")).doesNotExist();
    assertThat(cli.scratch()).isEmpty();
  }

  @Test
  void anArtifactThatIsNoDeltaIsRefused() {
    Run run =
        cli.run("delta", "apply", "oci:DIR/os", "--from", "oci:DIR/os:old", "oci:DIR/applied");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err())
        .isEqualTo(
            "varve: opening oci:DIR/os: expected one artifact of type "
                + "application/vnd.io.github.containers.oci-delta.v1, got 0\n");
  }

  @Test
  void aCopyTakesTheChangedLayersFromTheDelta() throws IOException {
    create("oci:DIR/os");
    removeChangedLayers();

    Run run =
        varve(
            "copy", "-q", "oci:DIR/os:new", "oci:DIR/out:x", "--from", "oci:DIR/os:old", "--json");

    assertThat(run.json().string("digest")).isEqualTo(next.toString());
    assertThat(run.json().number("wholeBytes")).isZero();
    assertThat(run.lines())
        .containsExactly(
            "",
            "oci:DIR/out:x@" + next,
            "  blobs    4, 155.5 kB",
            "  kept     51.7 kB of layers that the old image has",
            "  rebuilt  103.4 kB of layers, from 247 B of a delta",
            "  whole    0 B of layers");
  }

  @Test
  void aCopyWithoutADeltaReadsTheChangedLayers() throws IOException {
    Run run =
        varve(
            "copy", "-q", "oci:DIR/os:new", "oci:DIR/out:x", "--from", "oci:DIR/os:old", "--json");

    assertThat(run.lines().get(0))
        .isEqualTo("note: oci:DIR/os:new has no delta from oci:DIR/os:old");
    assertThat(run.json().number("keptBytes")).isEqualTo(layers("os").get(2).number("size"));
    assertThat(run.json().number("rebuiltBytes")).isZero();
    assertThat(run.json().number("wholeBytes"))
        .isEqualTo(layers("os").get(0).number("size") + layers("os").get(1).number("size"));
  }

  @Test
  void aDeltaFromAnotherImageIsNoneForThisOne() throws IOException {
    create("oci:DIR/os");
    image("other", noise(4), noise(5));

    Run run = varve("copy", "oci:DIR/os:new", "oci:DIR/out:x", "--from", "oci:DIR/os:other");

    assertThat(run.err()).contains("oci:DIR/os:new has no delta from oci:DIR/os:other");
  }

  @Test
  void aBootedSystemIsRecognizedAndItsMachinesConfigurationIgnored() throws IOException {
    create("oci:DIR/os");
    write("root", "usr/bin/program", PROGRAM);
    write("root", "usr/etc/services", SERVICES);
    write("root", "etc/services", noise(6));
    write("root", "usr/lib/kept", KEPT);

    Run run =
        varve(
            "copy", "-q", "oci:DIR/os:new", "oci:DIR/out:x", "--from", "rootfs:DIR/root", "--json");

    assertThat(run.json().string("digest")).isEqualTo(next.toString());
    assertThat(run.json().number("rebuiltBytes"))
        .isEqualTo(layers("os").get(0).number("size") + layers("os").get(1).number("size"));
    assertThat(run.json().number("wholeBytes")).isEqualTo(layers("os").get(2).number("size"));
    assertThat(run.lines())
        .containsExactly(
            "",
            "oci:DIR/out:x@" + next,
            "  blobs    4, 155.5 kB",
            "  kept     0 B of layers that the old image has",
            "  rebuilt  103.4 kB of layers, from 247 B of a delta",
            "  whole    51.7 kB of layers");
  }

  @Test
  void aLayerWhoseFileChangedInTheDirectoryIsReadWhole() throws IOException {
    byte[] large = new byte[100_000];
    System.arraycopy(noise(7), 0, large, 0, 50_000);
    System.arraycopy(noise(8), 0, large, 50_000, 50_000);
    Sample before = new Sample();
    Sample after = new Sample();
    for (int i = 0; i < 16; i++) {
      before.file("usr/bin/small" + i, noise(10 + i));
      after.file("usr/bin/small" + i, edited(noise(10 + i)));
      write("root", "usr/bin/small" + i, noise(10 + i));
    }
    before.file("usr/bin/large", large).writeTo(directory.resolve("many"), "old");
    next =
        after
            .file("usr/bin/large", edited(large))
            .writeTo(directory.resolve("many"), "new")
            .digest();
    create("oci:DIR/many:old", "oci:DIR/many:new", "oci:DIR/many");
    write("root", "usr/bin/large", edited(edited(large)));

    Run run =
        varve(
            "copy",
            "-q",
            "oci:DIR/many:new",
            "oci:DIR/out:x",
            "--from",
            "rootfs:DIR/root",
            "--json");

    assertThat(run.json().string("digest")).isEqualTo(next.toString());
    assertThat(run.lines().get(0))
        .startsWith(
            "note: layer "
                + layer("many", 16)
                + " can't be rebuilt from rootfs:DIR/root: expected diffID sha256:")
        .endsWith("; the layer is read from oci:DIR/many:new");
    assertThat(run.json().number("wholeBytes")).isEqualTo(layers("many").get(16).number("size"));
  }

  @Test
  void allAndFromContradictEachOther() {
    Run run =
        cli.run("copy", "--all", "oci:DIR/os:new", "oci:DIR/out:x", "--from", "oci:DIR/os:old");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).isEqualTo("varve: --all and --from contradict each other\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "3"})
  void anUnknownFormatIsRefused(String format) {
    Run run =
        cli.run(
            "delta",
            "create",
            "oci:DIR/os:old",
            "oci:DIR/os:new",
            "oci:DIR/delta",
            "--delta-format",
            format);

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).isEqualTo("varve: --delta-format: expected 1 or 2, got " + format + "\n");
    assertThat(directory.resolve("delta")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          docker-archive:DIR/delta  | because it stores images only; expected docker://HOST/PATH, oci:DIR, oci-archive:FILE
          containers-storage:delta  | because it stores images only; expected docker://HOST/PATH, oci:DIR, oci-archive:FILE
          rootfs:DIR/delta          | because it stores images only; expected docker://HOST/PATH, oci:DIR, oci-archive:FILE
          oci:DIR/delta:tag         | because it has a tag
          oci-archive:DIR/delta:tag | because it has a tag
          """)
  void aDestinationThatStoresNoArtifactIsRefused(String destination, String why) {
    Run run = cli.run("delta", "create", "oci:DIR/os:old", "oci:DIR/os:new", destination);

    assertThat(run)
        .isEqualTo(
            new Run(
                2,
                "",
                "varve: "
                    + destination
                    + " can't be the destination of an artifact, "
                    + why
                    + "\n"));
  }

  @Test
  void aTagOfARepositoryIsRefused() {
    Run run =
        cli.run("delta", "create", "oci:DIR/os:old", "oci:DIR/os:new", "docker://r.example/os:tag");

    assertThat(run)
        .isEqualTo(
            new Run(
                2,
                "",
                "varve: expected a repository, without tag or digest, got \"r.example/os:tag\"; its"
                    + " repository is r.example/os\n"));
  }
}
