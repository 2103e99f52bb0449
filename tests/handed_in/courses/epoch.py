"""A training of one epoch a call, as tutorials have it."""


def train_one_epoch(model, loader, criterion, optimizer, epoch):
    model.train()
    total = 0.0
    for inputs, labels in loader:
        optimizer.zero_grad()
        loss = criterion(model(inputs), labels)
        loss.backward()
        optimizer.step()
        total += loss.item()
    return total / len(loader)
