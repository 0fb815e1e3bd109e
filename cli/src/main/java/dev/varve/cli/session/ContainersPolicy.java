package dev.varve.cli.session;

import dev.varve.core.bytes.FileInput;
import dev.varve.core.bytes.Lookup;
import dev.varve.core.bytes.WriteLock;
import dev.varve.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A directory with policy.json and registries.d, such as {@code /etc/containers}. Existing entries
 * are preserved.
 *
 * @param directory the directory
 * @param scope the images to which the policy applies
 * @param force whether to replace another rule for the scope
 * @see <a
 *     href="https://github.com/containers/image/blob/main/docs/containers-policy.json.5.md">containers-policy.json</a>
 * @see <a
 *     href="https://github.com/containers/image/blob/main/docs/containers-registries.d.5.md">containers-registries.d</a>
 */
public record ContainersPolicy(Path directory, String scope, boolean force) {
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

  private static final String ATTACHMENTS = "use-sigstore-attachments: true";

  /**
   * The result of writing.
   *
   * @param files the changed files
   * @param notes notes for the user
   */
  public record Written(List<Path> files, List<String> notes) {}

  /**
   * Writes the rule that images need a signature by one of some keys, for the image's own
   * repository.
   *
   * @param owner what files are named after
   * @param keys the paths of the public keys on the machines that the policy is for
   * @throws IOException also if there is another rule for the scope; then nothing is written
   */
  public Written writeSignedBy(String owner, List<String> keys) throws IOException {
    JsonObject rule = JsonObject.EMPTY.with("type", "sigstoreSigned");
    rule = keys.size() == 1 ? rule.with("keyPath", keys.get(0)) : rule.with("keyPaths", keys);
    // The payload names the repository without a tag, which stricter types require.
    return write(
        owner, rule.with("signedIdentity", JsonObject.EMPTY.with("type", "matchRepository")));
  }

  /**
   * Writes the rule for the scope, and the setting that its signatures are in the registry.
   *
   * @param owner the base name of new files
   * @param rule the requirement for images in the scope
   * @throws IOException also if the scope has another rule; then nothing is written
   */
  private Written write(String owner, JsonObject rule) throws IOException {
    Lookup.createDirectories(directory);
    return WriteLock.holding(
        directory.resolve("policy.json"), notice -> {}, () -> writeLocked(owner, rule));
  }

  private Written writeLocked(String owner, JsonObject rule) throws IOException {
    List<String> notes = new ArrayList<>();
    Path file = directory.resolve("policy.json");
    JsonObject policy = !Lookup.exists(file) ? alone(rule) : merged(file, rule, notes);
    TextFile policyFile = new TextFile(file, policy.toPrettyString() + "\n");
    TextFile registries = registries(owner);

    Lookup.createDirectories(directory.resolve("registries.d"));
    List<Path> files = new ArrayList<>();
    for (TextFile each : List.of(policyFile, registries)) {
      if (!isWritten(each)) {
        files.add(each.path());
      }
    }
    if (files.contains(registries.path())) {
      registries.write("rw-r--r--");
    }
    if (Files.isSymbolicLink(file)) {
      policyFile.write();
    } else if (files.contains(file)) {
      policyFile.write("rw-r--r--");
    }
    return new Written(files, notes);
  }

  private static boolean isWritten(TextFile file) throws IOException {
    return Lookup.exists(file.path()) && text(file.path()).equals(file.text());
  }

  /** Returns a new policy that requires signatures only for images in the scope. */
  private JsonObject alone(JsonObject rule) {
    JsonObject transports =
        JsonObject.EMPTY.with(
            "docker", JsonObject.EMPTY.with(scope, List.of(rule)).with("", ANYTHING));
    for (String transport : LOCAL) {
      transports = transports.with(transport, JsonObject.EMPTY.with("", ANYTHING));
    }
    return JsonObject.EMPTY
        .with("default", List.of(JsonObject.EMPTY.with("type", "reject")))
        .with("transports", transports);
  }

  /** Returns the existing policy with the rule added or replaced. */
  private JsonObject merged(Path file, JsonObject rule, List<String> notes) throws IOException {
    JsonObject policy = JsonObject.parse(FileInput.readAllBytes(file), file.toString());
    if (!policy.has("default")) { // no tool accepts such a file
      throw policy.malformed("expected a policy with the field \"default\"");
    }
    JsonObject transports = policy.optionalObject("transports").orElse(JsonObject.EMPTY);
    JsonObject docker = transports.optionalObject("docker").orElse(JsonObject.EMPTY);
    List<JsonObject> rules = List.of(rule);
    if (docker.has(scope) && !docker.objects(scope).equals(rules)) {
      if (!force) {
        throw new IOException(
            "writing the policy for %s: %s has another rule for it; --force replaces it"
                .formatted(scope, file));
      }
      notes.add("replacing the rule for " + scope + " in " + file);
    }
    docker.names().stream()
        .filter(other -> other.startsWith(scope + "/"))
        .forEach(other -> notes.add(file + " has a rule of its own for " + other));
    return policy.with("transports", transports.with("docker", docker.with(scope, rules)));
  }

  /** Returns the file of registries.d; only one of the files may name the scope. */
  private TextFile registries(String owner) throws IOException {
    String text = "docker:\n  " + scope + ":\n    " + ATTACHMENTS + "\n";
    Path own = directory.resolve("registries.d").resolve(owner + ".yaml");
    Optional<Path> naming = naming();
    if (naming.isPresent()) {
      String existing = text(naming.get());
      if (existing.contains(ATTACHMENTS)) {
        return new TextFile(naming.get(), existing);
      }
      if (!force || !naming.get().equals(own)) {
        throw new IOException(
            "writing the policy for %s: %s has other settings for it; expected \"%s\" there"
                .formatted(scope, naming.get(), ATTACHMENTS));
      }
    } else if (Lookup.exists(own)) { // an owner with the same name in another registry
      String host = scope.substring(0, scope.indexOf('/')).replace(':', '-');
      return new TextFile(own.resolveSibling(host + "-" + owner + ".yaml"), text);
    }
    return new TextFile(own, text);
  }

  private static String text(Path file) throws IOException {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw FileInput.named(file, e);
    }
  }

  /** Finds the file in registries.d that has settings for the scope. */
  private Optional<Path> naming() throws IOException {
    Path registries = directory.resolve("registries.d");
    if (!Lookup.isDirectory(registries)) {
      return Optional.empty();
    }
    Pattern named = Pattern.compile("(?m)^\\s+[\"']?" + Pattern.quote(scope) + "[\"']?:\\s*$");
    try (Stream<Path> files = Files.list(registries)) {
      for (Path file : files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList()) {
        if (named.matcher(text(file)).find()) {
          return Optional.of(file);
        }
      }
    }
    return Optional.empty();
  }
}
