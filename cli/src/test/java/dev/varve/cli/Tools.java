package dev.varve.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.varve.cli.Cli.Run;
import dev.varve.core.image.Digest;
import dev.varve.core.json.JsonObject;
import dev.varve.registry.RealRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Runs other tools in a directory of the test, with the same home directory as {@link Cli}. */
public final class Tools {
  private static final String TLS = "--tls-verify=false";

  private final Path directory;

  /** Skips the test if one of the tools is not installed. */
  public Tools(Path directory, String... tools) {
    this.directory = directory;
    for (String tool : tools) {
      assumeTrue(installed(tool), tool + " is not installed");
    }
  }

  /** Logs in to the registry, for podman and skopeo and for crane and oras. */
  public void login(RealRegistry registry) throws IOException {
    Files.createDirectories(directory.resolve("home/.docker"));
    for (String file : new String[] {"containers/auth.json", "home/.docker/config.json"}) {
      Run run =
          new Cli(directory)
              .run(
                  "login",
                  registry.host(),
                  "-u",
                  RealRegistry.USER,
                  "-p",
                  RealRegistry.PASSWORD,
                  "--authfile",
                  "DIR/" + file);
      assertThat(run.exitCode()).as(run.err()).isZero();
    }
  }

  private static boolean installed(String tool) {
    try {
      new ProcessBuilder(tool, "--version").start().destroy();
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Runs a program, asserts that its exit code is 0, and returns its standard output. */
  public String run(String... command) throws IOException, InterruptedException {
    return runWithInput("", command);
  }

  /** Runs a program with this standard input, as {@link #run} does. */
  public String runWithInput(String input, String... command)
      throws IOException, InterruptedException {
    Path errors = Files.createTempFile(directory, "stderr", null);
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(directory.toFile()).redirectError(errors.toFile());
    builder.environment().put("HOME", directory.resolve("home").toString());
    builder.environment().put("XDG_RUNTIME_DIR", directory.toString());
    builder.environment().keySet().removeAll(Set.of("REGISTRY_AUTH_FILE", "DOCKER_CONFIG"));
    Process process = builder.start();
    try (OutputStream in = process.getOutputStream()) {
      in.write(input.getBytes(UTF_8));
    }
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor())
        .as(String.join(" ", command) + "\n" + Files.readString(errors))
        .isZero();
    Files.delete(errors);
    return output;
  }

  /** Runs a program and returns its output if it fails; empty if it succeeds. */
  public String outputOfFailure(String... command) throws IOException, InterruptedException {
    List<String> shell =
        new ArrayList<>(List.of("sh", "-c", "said=$(\"$@\" 2>&1) || echo \"$said\"", ""));
    shell.addAll(List.of(command));
    return run(shell.toArray(String[]::new));
  }

  public JsonObject json(String... command) throws IOException, InterruptedException {
    return JsonObject.parse(run(command).getBytes(UTF_8), command[0]);
  }

  /** Runs skopeo copy over plain HTTP. */
  public void skopeo(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("skopeo", "--insecure-policy", "copy", "-q"));
    command.addAll(List.of("--src-tls-verify=false", "--dest-tls-verify=false"));
    command.addAll(List.of(arguments));
    run(command.toArray(String[]::new));
  }

  /** Runs podman or buildah with a storage in the directory. */
  public String inStorage(String tool, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(tool, "--storage-driver", "vfs"));
    command.addAll(List.of("--root", directory.resolve("storage").toString()));
    command.addAll(List.of("--runroot", directory.resolve("run").toString()));
    command.addAll(List.of(arguments));
    return run(command.toArray(String[]::new)).strip();
  }

  /** Pushes an image of that storage over plain HTTP. */
  public void push(String tool, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("push", "-q", TLS));
    command.addAll(List.of(arguments));
    inStorage(tool, command.toArray(String[]::new));
  }

  /** Returns the digest that crane finds for a reference. */
  public Digest digest(String reference) throws IOException, InterruptedException {
    return Digest.parse(run("crane", "digest", reference).strip());
  }

  /** Returns the referrers that oras finds for an image. */
  public List<JsonObject> referrers(String reference) throws IOException, InterruptedException {
    return json("oras", "discover", "--plain-http", "--format", "json", reference)
        .objects("referrers");
  }
}
