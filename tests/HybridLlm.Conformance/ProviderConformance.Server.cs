using Microsoft.Extensions.AI;

namespace HybridLlm.Conformance;

/// <content>What a backend tells of itself and its models, and embeddings.</content>
public abstract partial class ProviderConformance
{
    [Fact]
    public async Task The_model_is_listed()
    {
        var models = await Target.Provider.ListModelsAsync(Deadline);

        Assert.Contains(models, model => model.Id == Target.Model || model.Aliases.Contains(Target.Model));
        Assert.Equal(models.Count, models.Select(model => model.Id).Distinct().Count());

        // A request that is refused asks no model: providers find out so what a model can do.
        Assert.DoesNotContain(Target.Simulator?.Requests ?? [], request => request is { IsGeneration: true, StatusCode: 200 });
    }

    [Fact]
    public async Task Health_is_asked_for_without_asking_a_model()
    {
        var health = await Target.Provider.CheckHealthAsync(Deadline);

        Assert.Equal(ProviderHealthStatus.Healthy, health.Status);
        Assert.DoesNotContain(Target.Simulator?.Requests ?? [], request => request.IsGeneration);
    }

    [Fact]
    public async Task A_model_is_loaded_and_unloaded()
    {
        Assert.SkipUnless(Target.Provider is IModelLoader, "The provider loads no models.");
        var loader = (IModelLoader)Target.Provider;
        await loader.LoadModelAsync(Target.Model, Deadline);
        await loader.LoadModelAsync(Target.Model, Deadline);
        if (Target.Provider is IModelStateSource source)
        {
            Assert.Equal(ModelState.Resident, await source.GetModelStateAsync(Target.Model, Deadline));
        }

        Assert.NotEmpty((await AskAsync("Hello?", streamed: true, new() { MaxOutputTokens = 5 })).Text);
        if (!Target.Unloads)
        {
            var failure = await Assert.ThrowsAsync<ProviderException>(() => loader.UnloadModelAsync(Target.Model, Deadline));
            Assert.Equal(ProviderErrorKind.InvalidRequest, failure.Kind);
            return;
        }

        await loader.UnloadModelAsync(Target.Model, Deadline);
        await loader.UnloadModelAsync(Target.Model, Deadline);
        if (Target.Provider is IModelStateSource after)
        {
            Assert.Equal(ModelState.NotLoaded, await after.GetModelStateAsync(Target.Model, Deadline));
        }
    }

    [Fact]
    public async Task Texts_become_vectors_in_their_order()
    {
        using var generator = NeedEmbeddings();
        var vectors = await generator.GenerateAsync(["The cat sleeps.", "Interest rates rose.", "The cat sleeps."], cancellationToken: Deadline);

        Assert.Equal(3, vectors.Count);
        var length = vectors[0].Vector.Length;
        Assert.True(length > 0);
        Assert.All(vectors, vector => Assert.Equal(length, vector.Vector.Length));
        Assert.True(Cosine(vectors[0], vectors[2]) > 0.999);
        Assert.True(Cosine(vectors[0], vectors[1]) < 0.99);
    }

    [Fact]
    public async Task No_texts_become_no_vectors_without_a_request()
    {
        using var generator = NeedEmbeddings();
        Assert.Empty(await generator.GenerateAsync([], cancellationToken: Deadline));
    }

    private IEmbeddingGenerator<string, Embedding<float>> NeedEmbeddings()
    {
        Assert.SkipWhen(Target.EmbeddingModel is null || Target.Provider is not IEmbeddingProvider, "The backend makes no embeddings.");
        return ((IEmbeddingProvider)Target.Provider).GetEmbeddingGenerator(Target.EmbeddingModel!);
    }

    private static double Cosine(Embedding<float> left, Embedding<float> right)
    {
        double product = 0, ofLeft = 0, ofRight = 0;
        for (var i = 0; i < left.Vector.Length; i++)
        {
            var (a, b) = (left.Vector.Span[i], right.Vector.Span[i]);
            product += a * b;
            ofLeft += a * a;
            ofRight += b * b;
        }

        return product / Math.Sqrt(ofLeft * ofRight);
    }
}
