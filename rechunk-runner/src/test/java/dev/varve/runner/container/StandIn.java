package dev.varve.runner.container;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * An image in podman's storage that stands in for the tool's: a static busybox, and three scripts
 * at the tool's paths, with the same variables, mounts and output files.
 */
public final class StandIn {
  private static final List<String> SCRIPTS =
      List.of("1_prune.sh", "2_create.sh", "3_chunk.sh", "fault.sh");

  private final Path directory;
  private final String name;

  private StandIn(Path directory, String name) {
    this.directory = directory;
    this.name = name;
  }

  /**
   * Makes the stand-in without a fault.
   *
   * @param directory the directory for the files of the image
   * @param packages the packages that the stand-in reports for each image, as JSON
   * @param name the name of the image, unique to the test
   */
  public static StandIn make(Path directory, String packages, String name)
      throws IOException, InterruptedException {
    for (Path program : List.of(Path.of("/usr/bin/podman"), Path.of("/bin/busybox"))) {
      assumeTrue(Files.isExecutable(program), program + " is not installed");
    }
    assumeTrue(Files.getAttribute(directory, "unix:uid").equals(0), "only root runs containers");
    Path root = directory.resolve("stand-in");
    Path bin = Files.createDirectories(root.resolve("bin"));
    Path sources = Files.createDirectories(root.resolve("sources/rechunk"));
    Files.createDirectories(root.resolve("workspace"));
    Files.copy(Path.of("/bin/busybox"), bin.resolve("busybox"));
    for (String applet : run("/bin/busybox", "--list").lines().toList()) {
      if (!applet.equals("busybox")) {
        Files.createSymbolicLink(bin.resolve(applet), Path.of("busybox"));
      }
    }
    for (String script : SCRIPTS) {
      try (InputStream in = StandIn.class.getResourceAsStream(script)) {
        Files.copy(Objects.requireNonNull(in), sources.resolve(script));
      }
      assertThat(sources.resolve(script).toFile().setExecutable(true)).isTrue();
    }
    Files.writeString(sources.resolve("packages.json"), packages);
    StandIn made = new StandIn(directory, name);
    run("tar", "-C", root.toString(), "-cf", made.tar().toString(), ".");
    made.with("none");
    return made;
  }

  private Path tar() {
    return directory.resolve("stand-in.tar");
  }

  /** Makes the image with a fault, and returns the image's name. */
  public String with(String fault) throws IOException, InterruptedException {
    String image = "localhost/" + name + ":" + fault;
    run(
        "podman",
        "import",
        "--quiet",
        "--change",
        "ENV FAULT=" + fault,
        "--change",
        "ENV PATH=/bin",
        "--change",
        "WORKDIR /workspace",
        tar().toString(),
        image);
    return image;
  }

  /** Removes all images of this stand-in from podman's storage. */
  public void remove() throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("podman", "rmi", "--force"));
    run("podman", "images", "--format", "{{.Repository}}:{{.Tag}}")
        .lines()
        .filter(image -> image.startsWith("localhost/" + name + ":"))
        .forEach(command::add);
    if (command.size() > 3) {
      run(command.toArray(String[]::new));
    }
  }

  /** Runs a program, which must succeed, and returns its output. */
  public static String run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(String.join(" ", command) + "\n" + output).isZero();
    return output;
  }
}
