package dev.varve.registry.credentials;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

final class AuthKeyPropertyTest {
  @Provide
  Arbitrary<String> keys() {
    Arbitrary<String> host = Arbitraries.of("a.io", "a.io:5000", "b.io", "docker.io");
    return host.flatMap(
        name ->
            Arbitraries.of("x", "y", "xy", "x-y")
                .list()
                .ofMaxSize(4)
                .map(path -> path.isEmpty() ? name : name + "/" + String.join("/", path)));
  }

  /** A key matches if its path components are the first ones of the wanted key. */
  @Property(tries = 300)
  void theLongestMatchingKeyWins(
      @ForAll("keys") String wanted, @ForAll @Size(max = 40) Set<@From("keys") String> present)
      throws IOException {
    AuthDocument document = new AuthDocument(Path.of("auth.json"), JsonObject.EMPTY);
    for (String key : present) {
      document = document.with(AuthKey.parse(key), "me", "secret of " + key);
    }
    List<String> matching =
        present.stream().filter(key -> (wanted + "/").startsWith(key + "/")).toList();
    assertThat(document.find(AuthKey.parse(wanted)).map(Login::secret))
        .isEqualTo(
            matching.stream()
                .max(Comparator.comparingInt(String::length))
                .map(key -> "secret of " + key));
  }

  @Property
  void aKeyIsReadAsItIsWritten(@ForAll("keys") String key) {
    assertThat(AuthKey.parse(key)).hasToString(key);
  }
}
