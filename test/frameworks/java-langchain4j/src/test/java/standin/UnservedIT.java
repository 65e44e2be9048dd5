package standin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiResponsesChatModel;
import org.junit.jupiter.api.Test;

/** What the model of the Responses API says, beside the model of chat completions. */
class UnservedIT {

    private static final String URL = System.getenv("OPENAI_BASE_URL");

    @Test
    void the_error_names_the_operation_that_is_not_served() {
        var model = OpenAiResponsesChatModel.builder().baseUrl(URL).apiKey("sk-test").modelName("gpt-4o").build();
        assertThatThrownBy(() -> model.chat("Hello!")).hasMessageContaining("Standin does not serve POST /v1/responses.");
    }

    @Test
    void the_other_model_uses_chat_completions() {
        var model = OpenAiChatModel.builder().baseUrl(URL).apiKey("sk-test").modelName("gpt-4o").build();
        assertThat(model.chat("Hello!")).isNotBlank();
    }
}
