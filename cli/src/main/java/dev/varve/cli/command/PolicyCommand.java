package dev.varve.cli.command;

import dev.varve.cli.option.CommonOptions;
import dev.varve.cli.option.PolicyKeys;
import dev.varve.cli.session.ContainersPolicy;
import dev.varve.cli.session.Reference;
import dev.varve.cli.terminal.Activity;
import dev.varve.cli.terminal.Console;
import dev.varve.registry.name.RepositoryName;
import java.io.IOException;
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
      "Writes the files by which an image verifies its updates: policy.json and "
          + "registries.d/OWNER.yaml, for /etc/containers of the image.",
      "With them, podman, skopeo, bootc and rpm-ostree accept images below SCOPE "
          + "only if the key has signed them; images from elsewhere are not affected. "
          + "Other scopes of an existing policy.json are kept."
    },
    footer = {
      "",
      "Example:",
      "  varve policy docker://ghcr.io/owner --output rootfs/etc/containers",
      "",
      "The image also needs the public key: rootfs/usr/lib/pki/containers/owner.pub."
    })
public final class PolicyCommand implements Activity {
  private final Console console;

  @Mixin CommonOptions common;
  @Mixin private PolicyKeys policyKeys;

  @Parameters(
      paramLabel = "SCOPE",
      description = "The images: [docker://]HOST/OWNER, or one repository of the owner's.")
  private String scope;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "DIR",
      description = "Write below DIR (default: the working directory).")
  private Path output = Path.of("");

  @Option(names = "--force", description = "Replace the rule for SCOPE in an existing policy.json.")
  private boolean force;

  public PolicyCommand(Console console) {
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
    List<String> paths = policyKeys.paths(owner);
    ContainersPolicy.Written written =
        new ContainersPolicy(output, name.toString(), force).writeSignedBy(owner, paths);
    written.notes().forEach(console::note);
    console.tell(
        written.files().isEmpty()
            ? "the policy for " + name + " is in " + output.resolve("policy.json") + " already"
            : "wrote "
                + String.join(" and ", written.files().stream().map(Path::toString).toList()));
    paths.forEach(path -> console.note("the image needs the public key in " + path));
    return 0;
  }
}
