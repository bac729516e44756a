package io.diffucoder.core.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.diffucoder.core.chat.StopRule;
import io.diffucoder.core.tokenizer.QwenFiles;
import io.diffucoder.core.tokenizer.Tokenizer;
import io.diffucoder.sampling.Canvas;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FrontierTest {
  private static final int M = 151666;
  private static final int IM_END = 151645;
  private static final int DLM_PAD = 151667;
  private static final int HELLO = 9707;
  private static final int WORLD = 1879;

  private final Tokenizer tokenizer = QwenFiles.tokenizer();
  private final StopRule stopRule = StopRule.of(tokenizer);

  @Test
  void waits_for_the_gap_before_what_is_decided() {
    Frontier frontier = frontier(1);

    assertThat(frontier.advance(new int[] {5, M, WORLD, M})).isEmpty();
    assertThat(frontier.advance(new int[] {5, HELLO, WORLD, M})).isEqualTo("Hello world");
    assertThat(frontier.advance(new int[] {5, HELLO, WORLD, M})).isEmpty();
    assertThat(frontier.advance(new int[] {5, HELLO, WORLD, 0})).isEqualTo("!");
    assertThat(frontier.finish()).isEmpty();
  }

  @Test
  void stops_before_the_first_end_token() {
    Frontier frontier = frontier(0);

    assertThat(frontier.advance(new int[] {HELLO, IM_END, WORLD, DLM_PAD})).isEqualTo("Hello");
    assertThat(frontier.hasEnded()).isTrue();
    assertThat(frontier.advance(new int[] {HELLO, IM_END, WORLD, DLM_PAD})).isEmpty();
  }

  @Test
  void holds_a_character_back_until_its_last_byte() {
    int[] euro = bytes(0xE2, 0x82, 0xAC);
    Frontier frontier = frontier(0);

    assertThat(frontier.advance(new int[] {HELLO, euro[0], M, M})).isEqualTo("Hello");
    assertThat(frontier.advance(new int[] {HELLO, euro[0], M, euro[2]})).isEmpty();
    assertThat(frontier.advance(new int[] {HELLO, euro[0], euro[1], euro[2]})).isEqualTo("€");
  }

  @Test
  void replaces_an_unfinished_character_only_when_the_text_ends() {
    int[] euro = bytes(0xE2, 0x82, 0xAC);
    Frontier frontier = frontier(0);

    assertThat(frontier.advance(new int[] {HELLO, euro[0], euro[1], IM_END})).isEqualTo("Hello");
    assertThat(frontier.finish()).isEqualTo("\uFFFD");
    assertThat(frontier.finish()).isEmpty();
  }

  @Test
  void shows_control_tokens_that_end_nothing_and_ids_without_a_token() {
    int imStart = 151644;

    assertThat(frontier(0).advance(new int[] {imStart, 151999})).isEqualTo("<|im_start|>\uFFFD");
  }

  @Test
  void joins_to_the_final_text_in_whatever_order_positions_are_decided() {
    Random random = new Random(11);
    for (int round = 0; round < 300; round++) {
      int[] completion = randomCompletion(random, 31);
      Canvas canvas = Canvas.forCompletion(new int[] {5, 6, 7}, completion.length, M);
      Frontier frontier = frontier(3);
      StringBuilder joined = new StringBuilder();

      for (int i : shuffled(completion.length, random)) {
        canvas.commit(3 + i, completion[i]);
        joined.append(frontier.advance(canvas.tokens()));
      }
      joined.append(frontier.finish());

      int[] tokens = Arrays.copyOf(completion, stopRule.endOf(completion));
      assertThat(joined).hasToString(tokenizer.decode(tokens));
    }
  }

  /** Mostly single bytes of multi-byte characters, some words, control tokens and an end. */
  private static int[] randomCompletion(Random random, int length) {
    return IntStream.range(0, length)
        .map(i ->
            switch (random.nextInt(8)) {
              case 0 -> random.nextInt(151643);
              case 1 -> random.nextInt(20) == 0 ? IM_END : 151644;
              default -> QwenFiles.idOfByte(0x80 + random.nextInt(0x80));
            })
        .toArray();
  }

  private static List<Integer> shuffled(int length, Random random) {
    List<Integer> order = IntStream.range(0, length).boxed().collect(Collectors.toList());
    Collections.shuffle(order, random);
    return order;
  }

  private static int[] bytes(int... values) {
    return IntStream.of(values).map(QwenFiles::idOfByte).toArray();
  }

  private Frontier frontier(int promptTokens) {
    return new Frontier(tokenizer, stopRule, promptTokens, M);
  }
}
