package dev.varve.cli.option;

import dev.varve.cli.terminal.Secrets;
import java.util.List;
import picocli.CommandLine.Option;

/** The option for the public keys of a policy, on the machines that the policy is for. */
public final class PolicyKeys {
  private static final String DIRECTORY = "/usr/lib/pki/containers/";
  private static final String EXPECTED =
      "--key: expected an absolute path on the machines that get the updates";

  @Option(
      names = "--key",
      paramLabel = "PATH",
      description =
          "The path of the public key on the machines that get the updates (default: "
              + DIRECTORY
              + "OWNER.pub). May be repeated, for a backup key: one signature is enough.")
  private List<String> keys = List.of();

  /**
   * The paths of the keys, at least one.
   *
   * @throws IllegalArgumentException if one is not absolute, or is a key itself
   */
  public List<String> paths(String owner) {
    String usual = DIRECTORY + owner + ".pub";
    List<String> paths = keys.isEmpty() ? List.of(usual) : keys;
    for (String path : paths) {
      if (Secrets.isPem(path)) {
        throw new IllegalArgumentException(EXPECTED + ", got the text of a key");
      }
      if (!path.startsWith("/")) {
        throw new IllegalArgumentException(
            EXPECTED + ", such as " + usual + ", got \"" + path + "\"");
      }
    }
    return paths;
  }
}
