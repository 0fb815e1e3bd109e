package dev.varve.registry.http.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

final class PreparationTest {
  @Test
  void theRequestEndsAtTheLookupOfItsHost() {
    List<String> asked = new CopyOnWriteArrayList<>();

    Preparation.load(
        host -> {
          asked.add(host);
          throw new UnknownHostException(host);
        });

    assertThat(asked).containsExactly("host.invalid");
  }
}
