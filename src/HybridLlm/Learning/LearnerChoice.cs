namespace HybridLlm.Learning;

/// <summary>What a learner chose.</summary>
/// <param name="Index">The place of the model among those given.</param>
/// <param name="Explores">Whether another model than the best known one was taken, to learn of it.</param>
/// <param name="Expected">The success that was expected of it, or drawn where it explores; 0 to 1.</param>
internal readonly record struct LearnerChoice(int Index, bool Explores, double Expected);
