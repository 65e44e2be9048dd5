"""Retrieval with the vector stores in memory of three frameworks: each question finds the document that answers it."""

import pytest

DOCUMENTS = {
    "vacation": "Every employee receives 25 days of paid vacation a year. Days that are left expire in March.",
    "refunds": "Customers may return an order within 30 days. The refund goes to the card that paid for the order.",
    "bicycles": "Employees park bicycles in the basement. The gate opens with your card, by day and by night.",
    "printer": "The printer on the second floor prints in colour. A large order needs two days.",
    "expenses": "Expenses are paid with the salary of the next month. Send your receipts before the twentieth.",
}
QUESTIONS = [
    ("How many days of vacation does an employee receive?", "vacation"),
    ("How do customers get a refund for an order?", "refunds"),
    ("Is there parking for a bicycle?", "bicycles"),
    ("Which printers are printing in colours?", "printer"),
    ("When is an expense paid, with which salaries?", "expenses"),
]
MODEL = "text-embedding-3-small"
question_rows = pytest.mark.parametrize(("question", "name"), QUESTIONS)


@pytest.fixture(scope="module")
def langchain_store():
    from langchain_core.vectorstores import InMemoryVectorStore
    from langchain_openai import OpenAIEmbeddings

    store = InMemoryVectorStore(OpenAIEmbeddings(model=MODEL))
    store.add_texts(list(DOCUMENTS.values()), [{"name": name} for name in DOCUMENTS])
    return store


@question_rows
def test_langchain(langchain_store, question, name):
    [document] = langchain_store.similarity_search(question, k=1)
    assert document.metadata["name"] == name


@pytest.mark.parametrize("model", ["text-embedding-3-large", "text-embedding-ada-002"])
def test_langchain_with_other_models(model):
    from langchain_openai import OpenAIEmbeddings

    embeddings = OpenAIEmbeddings(model=model)
    vectors = embeddings.embed_documents(list(DOCUMENTS.values()))
    for question, name in QUESTIONS:
        asked = embeddings.embed_query(question)
        scores = [sum(a * b for a, b in zip(asked, vector)) for vector in vectors]
        assert list(DOCUMENTS)[scores.index(max(scores))] == name


@pytest.fixture(scope="module")
def llama_index():
    from llama_index.core import Document, VectorStoreIndex
    from llama_index.embeddings.openai import OpenAIEmbedding

    documents = [Document(text=text, metadata={"name": name}) for name, text in DOCUMENTS.items()]
    for document in documents:
        document.excluded_embed_metadata_keys = ["name"]
    return VectorStoreIndex.from_documents(documents, embed_model=OpenAIEmbedding(model=MODEL, dimensions=512))


@question_rows
def test_llama_index(llama_index, question, name):
    [found] = llama_index.as_retriever(similarity_top_k=1).retrieve(question)
    assert found.node.metadata["name"] == name


@pytest.fixture(scope="module")
def haystack_pipeline():
    from haystack import Document, Pipeline
    from haystack.components.embedders import OpenAIDocumentEmbedder, OpenAITextEmbedder
    from haystack.components.retrievers.in_memory import InMemoryEmbeddingRetriever
    from haystack.document_stores.in_memory import InMemoryDocumentStore

    store = InMemoryDocumentStore(embedding_similarity_function="cosine")
    documents = [Document(content=text, meta={"name": name}) for name, text in DOCUMENTS.items()]
    store.write_documents(OpenAIDocumentEmbedder(model=MODEL, progress_bar=False).run(documents)["documents"])
    pipeline = Pipeline()
    pipeline.add_component("embedder", OpenAITextEmbedder(model=MODEL))
    pipeline.add_component("retriever", InMemoryEmbeddingRetriever(document_store=store, top_k=1))
    pipeline.connect("embedder.embedding", "retriever.query_embedding")
    return pipeline


@question_rows
def test_haystack(haystack_pipeline, question, name):
    [document] = haystack_pipeline.run({"embedder": {"text": question}})["retriever"]["documents"]
    assert document.meta["name"] == name
