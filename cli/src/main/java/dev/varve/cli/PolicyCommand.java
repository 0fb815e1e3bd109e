package dev.varve.cli;

import dev.varve.core.json.JsonObject;
import dev.varve.registry.RepositoryName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code varve policy}. */
@Command(
    name = "policy",
    description = {
      "Writes what an image needs so that its updates are verified: policy.json and"
          + " registries.d/OWNER.yaml, which belong into /etc/containers of the image.",
      "With them podman, skopeo, bootc and rpm-ostree take images below SCOPE only if the key signed"
          + " them, and leave images from elsewhere as they are."
    },
    footer = {
      "",
      "Example:",
      "  varve policy docker://ghcr.io/owner --output rootfs/etc/containers",
      "",
      "The public key goes into the image, too: rootfs/usr/lib/pki/containers/owner.pub."
    })
final class PolicyCommand implements Activity {
  private static final String KEYS = "/usr/lib/pki/containers/";
  private static final List<String> LOCAL =
      List.of(
          "containers-storage",
          "dir",
          "docker-archive",
          "docker-daemon",
          "oci",
          "oci-archive",
          "tarball");
  private static final List<JsonObject> ANYTHING =
      List.of(JsonObject.EMPTY.with("type", "insecureAcceptAnything"));

  private final Console console;

  @Mixin CommonOptions common;

  @Parameters(
      paramLabel = "SCOPE",
      description = "Which images: [docker://]HOST/OWNER, or one repository of the owner's.")
  private String scope;

  @Option(
      names = "--key",
      paramLabel = "PATH",
      description =
          "Where the public key lies on the machines that get the updates;"
              + " "
              + KEYS
              + "OWNER.pub unless told. Repeated, for a backup key: either may have signed.")
  private List<String> keys = List.of();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "DIR",
      description = "Write below DIR; below the working directory unless told.")
  private Path output = Path.of("");

  @Option(names = "--force", description = "Write over files that are there.")
  private boolean force;

  PolicyCommand(Console console) {
    this.console = console;
  }

  @Override
  public String activity() {
    return "writing the policy for " + scope;
  }

  @Override
  public Integer call() throws IOException {
    RepositoryName name = Reference.repository(scope);
    String owner = name.path().replace('/', '-');
    List<String> paths = keys.isEmpty() ? List.of(KEYS + owner + ".pub") : keys;
    for (String path : paths) {
      if (KeyPlace.isPem(path)) {
        throw new IllegalArgumentException(
            "--key: expected an absolute path on the machines that get the updates, got the text of"
                + " a key");
      }
      if (!path.startsWith("/")) {
        throw new IllegalArgumentException(
            "--key: expected an absolute path on the machines that get the updates, such as "
                + KEYS
                + owner
                + ".pub, got \""
                + path
                + "\"");
      }
    }
    TextFile policy =
        new TextFile(
            output.resolve("policy.json"), policy(name.toString(), paths).toPrettyString() + "\n");
    TextFile registries =
        new TextFile(
            output.resolve("registries.d").resolve(owner + ".yaml"),
            "docker:\n  " + name + ":\n    use-sigstore-attachments: true\n");
    policy.unless(force);
    registries.unless(force);
    Files.createDirectories(output.resolve("registries.d"));
    registries.write("rw-r--r--");
    policy.write("rw-r--r--");
    console.tell("wrote " + policy.path() + " and " + registries.path());
    paths.forEach(path -> console.tell("note: the image needs the public key in " + path));
    return 0;
  }

  /** The policy: signatures of one owner's images, and of nobody else's. */
  private static JsonObject policy(String scope, List<String> keys) {
    JsonObject signed = JsonObject.EMPTY.with("type", "sigstoreSigned");
    signed = keys.size() == 1 ? signed.with("keyPath", keys.get(0)) : signed.with("keyPaths", keys);
    // The payload names the repository without a tag, which anything stricter would ask for.
    signed = signed.with("signedIdentity", JsonObject.EMPTY.with("type", "matchRepository"));
    JsonObject transports =
        JsonObject.EMPTY.with(
            "docker", JsonObject.EMPTY.with(scope, List.of(signed)).with("", ANYTHING));
    for (String transport : LOCAL) {
      transports = transports.with(transport, JsonObject.EMPTY.with("", ANYTHING));
    }
    return JsonObject.EMPTY
        .with("default", List.of(JsonObject.EMPTY.with("type", "reject")))
        .with("transports", transports);
  }
}
