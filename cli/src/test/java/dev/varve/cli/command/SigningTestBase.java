package dev.varve.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli;
import dev.varve.cli.Cli.Run;
import dev.varve.core.image.Digest;
import dev.varve.registry.fake.FakeRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** An image in a repository, and keys to sign it with. */
abstract class SigningTestBase {
  static final String NAME = "owner/os";
  static final String PASSWORD = "COSIGN_PASSWORD";

  /** Keys for all tests, because generating keys is slow. */
  @TempDir static Path keys;

  @TempDir Path directory;
  FakeRegistry registry;
  Cli cli;
  Digest image;
  String pinned;

  /** Keys without a password, because decrypting keys is slow. */
  static final Map<String, String> UNENCRYPTED = new HashMap<>();

  @BeforeAll
  static void makeKeys() throws GeneralSecurityException {
    Run run =
        new Cli(keys)
            .with(PASSWORD, "s3cret")
            .run("generate-key-pair", "--output-key-prefix", "DIR/main");
    assertThat(run)
        .isEqualTo(
            new Run(0, "", "the private key is in DIR/main.key, the public one in DIR/main.pub\n"));
    for (String name : new String[] {"MAIN", "OTHER"}) {
      KeyPair pair = newKey("secp256r1");
      UNENCRYPTED.put(name, pem("PRIVATE KEY", pair.getPrivate()));
      UNENCRYPTED.put(name + "_PUB", pem("PUBLIC KEY", pair.getPublic()));
    }
  }

  static KeyPair newKey(String curve) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec(curve));
    return generator.generateKeyPair();
  }

  static String pem(String type, Key key) {
    String base64 = Base64.getMimeEncoder().encodeToString(key.getEncoded());
    return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n".formatted(type, base64);
  }

  @BeforeEach
  void start() throws IOException {
    registry = FakeRegistry.start();
    cli = new Cli(directory).with(PASSWORD, "s3cret");
    UNENCRYPTED.forEach(cli::with);
    for (String file : new String[] {"main.key", "main.pub"}) {
      Files.copy(keys.resolve(file), directory.resolve(file));
    }
    image = registry.putImage(NAME, "latest", new byte[] {1}).descriptor().digest();
    pinned = registry.host() + "/" + NAME + "@" + image;
  }

  @AfterEach
  void stop() throws IOException {
    registry.close();
  }

  Run sign(String reference, String... options) {
    return signWith("MAIN", reference, options);
  }

  Run signWith(String key, String reference, String... options) {
    List<String> line = new ArrayList<>(List.of("sign", "--key", "env://" + key));
    line.addAll(List.of("--allow-unencrypted-key", reference));
    line.addAll(List.of(options));
    return cli.run(line.toArray(String[]::new));
  }

  Run verify(String reference, String... options) {
    List<String> line = new ArrayList<>(List.of("verify", "--key", "env://MAIN_PUB", reference));
    line.addAll(List.of(options));
    return cli.run(line.toArray(String[]::new));
  }

  static void expect(Run run, int code, String message) {
    assertThat(run).isEqualTo(new Run(code, "", "varve: " + message + "\n"));
  }

  String fingerprint() throws IOException {
    return sign(pinned, "--json").json().string("key");
  }
}
